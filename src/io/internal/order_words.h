// The words of orderwright.order/1, for JSON and CSV.
#ifndef ORDERWRIGHT_SRC_IO_INTERNAL_ORDER_WORDS_H_
#define ORDERWRIGHT_SRC_IO_INTERNAL_ORDER_WORDS_H_

#include <string_view>
#include <utility>

#include "orderwright/model/order.h"
#include "src/io/internal/json_reader.h"

namespace orderwright::io_internal {

template <>
struct WordsOf<Method> {
  static constexpr std::pair<std::string_view, Method> kAll[] = {{"ship", Method::kShip},
                                                                 {"pickup", Method::kPickup}};
};

template <>
struct WordsOf<Remainder> {
  static constexpr std::pair<std::string_view, Remainder> kAll[] = {
      {"backorder", Remainder::kBackorder}, {"cancel", Remainder::kCancel}};
};

template <>
struct WordsOf<CollectedBy> {
  static constexpr std::pair<std::string_view, CollectedBy> kAll[] = {
      {"merchant", CollectedBy::kMerchant}, {"channel", CollectedBy::kChannel}};
};

template <>
struct WordsOf<PaymentMethod> {
  static constexpr std::pair<std::string_view, PaymentMethod> kAll[] = {
      {"card", PaymentMethod::kCard},
      {"gift_card", PaymentMethod::kGiftCard},
      {"store_credit", PaymentMethod::kStoreCredit},
      {"terms", PaymentMethod::kTerms},
      {"cash", PaymentMethod::kCash},
      {"external", PaymentMethod::kExternal}};
};

}  // namespace orderwright::io_internal

#endif  // ORDERWRIGHT_SRC_IO_INTERNAL_ORDER_WORDS_H_
