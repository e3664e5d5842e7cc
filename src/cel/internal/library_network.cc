// The extension for networks: net.IP and net.CIDR.
#include <string>
#include <utility>

#include "src/cel/internal/addresses.h"
#include "src/cel/internal/library.h"

namespace orderwright::cel_internal {
namespace {

class IpObject final : public Opaque {
 public:
  explicit IpObject(const IpAddress& value) : address(value) {}
  std::string_view type_name() const override { return "net.IP"; }
  bool Equals(const Opaque& other) const override {
    return address.Unmapped() == static_cast<const IpObject&>(other).address.Unmapped();
  }
  std::string ToText() const override { return ToString(address); }
  const IpAddress address;
};

class CidrObject final : public Opaque {
 public:
  explicit CidrObject(const IpRange& value) : range(value) {}
  std::string_view type_name() const override { return "net.CIDR"; }
  bool Equals(const Opaque& other) const override {
    return range == static_cast<const CidrObject&>(other).range;
  }
  std::string ToText() const override { return ToString(range); }
  const IpRange range;
};

const IpAddress& IpOf(const Value& value) {
  return static_cast<const IpObject&>(value.opaque()).address;
}
const IpRange& CidrOf(const Value& value) {
  return static_cast<const CidrObject&>(value.opaque()).range;
}
Value ToValue(const IpAddress& address) { return Value::FromOpaque(new IpObject(address)); }
Value ToValue(const IpRange& range) { return Value::FromOpaque(new CidrObject(range)); }

Result TextOf(Arguments arguments, CallContext&) {
  return Value::String(arguments[0].opaque().ToText());
}

template <bool (IpAddress::*test)() const>
Result Test(Arguments arguments, CallContext&) {
  return Value::Bool((IpOf(arguments[0]).*test)());
}

void AddIp(Environment& environment) {
  environment.AddTypeName("net.IP");
  Define(environment, "ip", "(string): net.IP", [](Arguments arguments, CallContext&) -> Result {
    const auto address = IpAddress::Parse(arguments[0].text());
    if (!address.ok()) return address.status();
    return ToValue(*address);
  });
  Define(environment, "isIP", "(string): bool", [](Arguments arguments, CallContext&) -> Result {
    return Value::Bool(IpAddress::Parse(arguments[0].text()).ok());
  });
  Define(environment, "ip.isCanonical", "(string): bool",
         [](Arguments arguments, CallContext&) -> Result {
           const auto address = IpAddress::Parse(arguments[0].text());
           if (!address.ok()) return address.status();
           return Value::Bool(ToString(*address) == arguments[0].text());
         });
  Define(environment, "family", "net.IP.(): int", [](Arguments arguments, CallContext&) -> Result {
    return Value::Int(IpOf(arguments[0]).v4 ? 4 : 6);
  });
  Define(environment, "isUnspecified", "net.IP.(): bool", Test<&IpAddress::IsUnspecified>);
  Define(environment, "isLoopback", "net.IP.(): bool", Test<&IpAddress::IsLoopback>);
  Define(environment, "isGlobalUnicast", "net.IP.(): bool", Test<&IpAddress::IsGlobalUnicast>);
  Define(environment, "isLinkLocalMulticast", "net.IP.(): bool",
         Test<&IpAddress::IsLinkLocalMulticast>);
  Define(environment, "isLinkLocalUnicast", "net.IP.(): bool",
         Test<&IpAddress::IsLinkLocalUnicast>);
  Define(environment, "string", "(net.IP): string", TextOf);
}

void AddCidr(Environment& environment) {
  environment.AddTypeName("net.CIDR");
  Define(environment, "cidr", "(string): net.CIDR",
         [](Arguments arguments, CallContext&) -> Result {
           const auto range = IpRange::Parse(arguments[0].text());
           if (!range.ok()) return range.status();
           return ToValue(*range);
         });
  Define(environment, "isCIDR", "(string): bool", [](Arguments arguments, CallContext&) -> Result {
    return Value::Bool(IpRange::Parse(arguments[0].text()).ok());
  });
  Define(environment, "containsIP", "net.CIDR.(net.IP): bool",
         [](Arguments arguments, CallContext&) -> Result {
           return Value::Bool(CidrOf(arguments[0]).Contains(IpOf(arguments[1])));
         });
  Define(environment, "containsIP", "net.CIDR.(string): bool",
         [](Arguments arguments, CallContext&) -> Result {
           const auto address = IpAddress::Parse(arguments[1].text());
           if (!address.ok()) return address.status();
           return Value::Bool(CidrOf(arguments[0]).Contains(*address));
         });
  Define(environment, "containsCIDR", "net.CIDR.(net.CIDR): bool",
         [](Arguments arguments, CallContext&) -> Result {
           return Value::Bool(CidrOf(arguments[0]).Contains(CidrOf(arguments[1])));
         });
  Define(environment, "containsCIDR", "net.CIDR.(string): bool",
         [](Arguments arguments, CallContext&) -> Result {
           const auto range = IpRange::Parse(arguments[1].text());
           if (!range.ok()) return range.status();
           return Value::Bool(CidrOf(arguments[0]).Contains(*range));
         });
  Define(environment, "ip", "net.CIDR.(): net.IP", [](Arguments arguments, CallContext&) -> Result {
    return ToValue(CidrOf(arguments[0]).address);
  });
  Define(environment, "masked", "net.CIDR.(): net.CIDR",
         [](Arguments arguments, CallContext&) -> Result {
           const IpRange& range = CidrOf(arguments[0]);
           return ToValue(IpRange{range.address.Masked(range.prefix), range.prefix});
         });
  Define(environment, "prefixLength", "net.CIDR.(): int",
         [](Arguments arguments, CallContext&) -> Result {
           return Value::Int(CidrOf(arguments[0]).prefix);
         });
  Define(environment, "string", "(net.CIDR): string", TextOf);
}

}  // namespace

void AddNetwork(Environment& environment) {
  AddIp(environment);
  AddCidr(environment);
}

}  // namespace orderwright::cel_internal
