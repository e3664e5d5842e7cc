// What the extensions add: strings, format, math, lists, sets, encoders, networks.
#include "tests/cel/fixtures.h"

namespace orderwright::cel {
namespace {

using testing::Checked;
using testing::Gives;
using testing::GivesUnchecked;

TEST_CASE("Extension strings: positions are code points, out of range is an error") {
  Gives(
      {{"'ÿ€😀'.charAt(1)", "\"€\""},
       {"'abc'.charAt(3)", "\"\""},
       {"'abc'.charAt(4)", "error: index out of range: 4"},
       {"'abc'.charAt(-1)", "error: index out of range: -1"},
       {"'ÿ€😀'.indexOf('😀')", "2"},
       {"'abc'.indexOf('c', 3)", "-1"},
       {"'abc'.indexOf('', 2)", "2"},
       {"'abc'.indexOf('a', 4)", "error: index out of range: 4"},
       {"'abcabc'.lastIndexOf('bc')", "4"},
       {"'abcabc'.lastIndexOf('bc', 3)", "1"},
       {"'abc'.lastIndexOf('a', -1)", "error: index out of range: -1"},
       {"'ÿ€😀'.substring(1)", "\"€😀\""},
       {"'ÿ€😀'.substring(1, 2)", "\"€\""},
       {"'abc'.substring(2, 1)", "error: invalid substring range: it starts at 2 and ends at 1"}});
}

TEST_CASE("Extension strings: replace and split with limits, join, trim, cases, reverse, quote") {
  Gives({{"'aaa'.replace('a', 'b')", "\"bbb\""},
         {"'aaa'.replace('a', 'b', 2)", "\"bba\""},
         {"'aaa'.replace('a', 'b', 0)", "\"aaa\""},
         {"'aaa'.replace('a', 'b', -1)", "\"bbb\""},
         {"'ÿ€'.replace('', '-')", "\"-ÿ-€-\""},
         {"'a,b,c'.split(',')", "[\"a\", \"b\", \"c\"]"},
         {"'a,b,c'.split(',', 2)", "[\"a\", \"b,c\"]"},
         {"'a,b'.split(',', 0)", "[]"},
         {"'ÿ€'.split('')", "[\"ÿ\", \"€\"]"},
         {"''.split('')", "[]"},
         {"''.split(',')", "[\"\"]"},
         {"['a', 'b'].join('-')", "\"a-b\""},
         {"dyn(['a', 1]).join()",
          "error: no such overload: join() takes a list of strings, not of int"},
         {"' \\u3000a b\\u00a0'.trim()", "\"a b\""},
         {"'ÀbC'.lowerAscii() + 'ÿbC'.upperAscii()", "\"ÀbcÿBC\""},
         {"'ÿ€a'.reverse()", "\"a€ÿ\""},
         {"strings.quote('a\\n\"')", "\"\\\"a\\\\n\\\\\\\"\\\"\""}});
}

TEST_CASE("Extension strings: format") {
  Gives({{"'%s %d %.2f'.format(['a', 1, 2.345])", "\"a 1 2.35\""},
         {"'%x %X %o %b'.format([255, 255u, 8, 5])", "\"ff FF 10 101\""},
         {"'%x'.format([-255])", "\"-ff\""},
         {"'%s'.format([{'b': [1.5, null], 'a': true}])", "\"{a: true, b: [1.5, null]}\""},
         {"'100%%'.format([])", "\"100%\""},
         {"'%e'.format([1234.5])", "\"1.234500e+03\""},
         {"'%d'.format(['a'])", "error: format: %d takes numbers, not string"},
         {"'%s %s'.format([1])", "error: format: there is no value for clause 2; 1 are given"},
         {"'%q'.format([1])", "error: format: unrecognized clause %q"},
         {"'%'.format([1])", "error: format: the text ends within a clause"},
         {"'%.5000f'.format([1.0])", "error: format: a precision is at most 1000"}});
}

TEST_CASE("Extension math") {
  Gives({{"math.greatest(1, 2.5, 2u)", "2.5"},
         {"math.least([3, 1, 2])", "1"},
         {"math.greatest([])", "error: the list has no element"},
         {"math.least(dyn('a'))", "error: no such overload: math.least(string)"},
         {"math.ceil(1.2) + math.floor(1.8) + math.round(-1.5) + math.trunc(-1.9)", "0.0"},
         {"math.abs(-3) + math.sign(-9)", "2"},
         {"math.abs(-9223372036854775808)",
          "error: integer overflow: math.abs(-9223372036854775808) does not fit 64 bits"},
         {"math.sqrt(9)", "3.0"},
         {"math.isNaN(0.0/0.0) && math.isInf(1.0/0.0) && math.isFinite(1.0)", "true"},
         {"math.bitAnd(12, 10) + math.bitOr(12, 10) + math.bitXor(12, 10)", "28"},
         {"math.bitNot(0u)", "18446744073709551615u"},
         {"math.bitShiftLeft(1, 3) + math.bitShiftRight(16, 2)", "12"},
         {"math.bitShiftRight(-1, 63)", "1"},
         {"math.bitShiftLeft(1, -1)", "error: a shift is not negative: -1"}});
}

TEST_CASE("Extension lists") {
  Gives({{"[1, 2, 3, 4].slice(1, 3)", "[2, 3]"},
         {"[1].slice(0, 2)", "error: slice(0, 2) is out of range: the list has 1 elements"},
         {"[1, [2, [3]]].flatten()", "[1, 2, [3]]"},
         {"[1, [2, [3]]].flatten(2)", "[1, 2, 3]"},
         {"[1, [2]].flatten(0)", "[1, [2]]"},
         {"[1, 2, 1.0, 2u].distinct()", "[1, 2]"},
         {"[1, 2, 3].reverse()", "[3, 2, 1]"},
         {"['b', 'a'].sort()", "[\"a\", \"b\"]"},
         {"[3, 1, 2].sort()", "[1, 2, 3]"},
         {"dyn([3, 1u, 2.5]).sort()", "[1u, 2.5, 3]"},
         {"dyn([1, 'a']).sort()", "error: no such overload: int and string cannot be sorted"},
         {"['bb', 'a', 'cc'].sortBy(s, s.size())", "[\"a\", \"bb\", \"cc\"]"},
         {"[[2, 1], [0]].sortBy(x, x.sortBy(y, -y)[0])", "[[0], [2, 1]]"},
         {"[1, 2].first().value() + [1, 2].last().value()", "3"},
         {"[].first()", "optional.none()"},
         {"lists.range(3)", "[0, 1, 2]"},
         {"lists.range(-1)", "[]"}});
  GivesUnchecked({{"[[1]].sort()", "error: no such overload: list and list cannot be sorted"}});
}

TEST_CASE("Extension sets") {
  Gives({{"sets.contains([1, 2], [2.0, 1])", "true"},
         {"sets.contains([1], [1, 2])", "false"},
         {"sets.contains([], [])", "true"},
         {"sets.equivalent([1, 1, 2], [2, 1])", "true"},
         {"sets.equivalent([1], [1, 2])", "false"},
         {"sets.intersects([1, 2], [3, 2])", "true"},
         {"sets.intersects([1], [])", "false"}});
}

TEST_CASE("Extension encoders") {
  Gives({{"base64.encode(b'')", "\"\""},
         {"base64.encode(b'a') + base64.encode(b'ab') + base64.encode(b'abc')", "\"YQ==YWI=YWJj\""},
         {"base64.decode('YQ==') + base64.decode('YQ')", "b\"aa\""},
         {"base64.decode('Y')", "error: the text is not base64"},
         {"base64.decode('Y*==')", "error: the text is not base64"},
         {"base64.decode('+/+/')", "b\"\\xfb\\xff\\xbf\""}});
}

TEST_CASE("Extension network: addresses") {
  Gives(
      {{"ip('192.168.0.1')", "net.IP(\"192.168.0.1\")"},
       {"string(ip('2001:DB8:0:0:1:0:0:1'))", "\"2001:db8::1:0:0:1\""},
       {"string(ip('1:0:0:2:0:0:0:3'))", "\"1:0:0:2::3\""},
       {"string(ip('::'))", "\"::\""},
       {"string(ip('64:ff9b::1.2.3.4'))", "\"64:ff9b::102:304\""},
       {"ip('::ffff:c0a8:1') == ip('192.168.0.1')", "true"},
       {"isIP('1.2.3') || isIP('1.2.3.256') || isIP('01.2.3.4') || isIP(':::') || isIP('1::2::3')",
        "false"},
       {"isIP('1:2:3:4:5:6:7:8') && isIP('1::8') && !isIP('1:2:3:4:5:6:7') && !isIP('12345::')",
        "true"},
       {"ip('fe80::1%eth0')", "error: 'fe80::1%eth0': an address with a zone is not allowed"},
       {"type(ip('::1')) == net.IP", "true"},
       {"ip('10.0.0.1').isGlobalUnicast() && ip('ff02::1').isLinkLocalMulticast()", "true"}});
}

TEST_CASE("Extension network: ranges") {
  Gives({{"cidr('10.1.2.3/8').masked()", "net.CIDR(\"10.0.0.0/8\")"},
         {"cidr('10.0.0.0/8').containsIP('10.255.0.1')", "true"},
         {"cidr('10.0.0.0/8').containsIP(ip('::1'))", "false"},
         {"cidr('10.0.0.0/8').containsCIDR('10.1.0.0/16')", "true"},
         {"cidr('10.1.0.0/16').containsCIDR('10.0.0.0/8')", "false"},
         {"cidr('::/0').containsIP(ip('2001:db8::1'))", "true"},
         {"cidr('10.0.0.0/33')", "error: '10.0.0.0/33': the length of a prefix is 0 to 32"},
         {"cidr('10.0.0.0')", "error: '10.0.0.0' is not a range of addresses such as 10.0.0.0/8"},
         {"cidr('10.1.2.3/8').ip() == ip('10.1.2.3')", "true"},
         {"isCIDR('10.0.0.0/8') && !isCIDR('10.0.0.0/08')", "true"}});
}

TEST_CASE("The standard environment has no extension") {
  const auto standard = std::make_shared<const Environment>(StandardEnvironment());
  CHECK(Checked("math.abs(1)", {}, standard).starts_with("check error: undeclared function"));
  CHECK(Checked("'a'.charAt(0)", {}, standard).starts_with("check error: undeclared function"));
  CHECK(Checked("[1][?0]", {}, standard) ==
        "check error: the optional syntax '[?' needs the extension for optionals");
  CHECK(Checked("1 + 1", {}, standard) == "2");
}

}  // namespace
}  // namespace orderwright::cel
