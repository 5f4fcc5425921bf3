/* Numbers: rounding, division, powers, logarithms. */
import { define } from "./table.js";
import {
  DIV0, Dec, NUM, ONE, ZERO, abs, add, bounded, compare, dec, float, from, int, kept, mul, neg, over, quotient, round,
  VALUE, sign, sub, whole,
} from "./values.js";
import { number } from "./coercion.js";

const TWO = whole(2);
const digits = (value) => Math.max(-30, Math.min(30, int(value)));
const rounding = (mode) => (env, value, places = ZERO) => {
  const at = digits(places);
  if (at >= -15) return round(value, at, mode);
  return mode === "up" && value.n ? whole(10 ** -at) : ZERO;
};
define("ABS", "n", (env, value) => abs(value));
define("SIGN", "n", (env, value) => sign(value));
define("INT", "n", (env, value) => round(value, 0, "floor"));
define("TRUNC", "nn", rounding("down"));
define("ROUND", "nn", rounding("half"));
define("ROUNDUP", "nn", rounding("up"));
define("ROUNDDOWN", "nn", rounding("down"));
const step = (value, size, mode) => mul(quotient(value, size, mode), size);
define("MROUND", "cc", (env, value, size) => {
  if (!value.n || !size.n) return ZERO;
  if (sign(value) !== sign(size)) throw NUM;
  return step(value, size, "half");
});
define("CEILING", "nn", (env, value, size = ONE) => {
  if (!value.n || !size.n) return ZERO;
  if (sign(value) > 0 && sign(size) < 0) throw NUM;
  return step(value, size, "ceil");
});
define("FLOOR", "nn", (env, value, size = ONE) => {
  if (!size.n) { if (!value.n) return ZERO; throw DIV0; }
  if (sign(value) > 0 && sign(size) < 0) throw NUM;
  return step(value, size, "floor");
});
const away = (value, side) => side.n && sign(value) < 0;
define("CEILING.MATH", "nnn", (env, value, size = ONE, side = ZERO) => size.n ? step(value, abs(size), away(value, side) ? "floor" : "ceil") : ZERO);
define("FLOOR.MATH", "nnn", (env, value, size = ONE, side = ZERO) => size.n ? step(value, abs(size), away(value, side) ? "ceil" : "floor") : ZERO);
define("EVEN", "n", (env, value) => step(value, TWO, "up"));
define("ODD", "n", (env, value) => {
  const size = compare(abs(value), ONE) > 0 ? add(step(sub(abs(value), ONE), TWO, "ceil"), ONE) : ONE;
  return sign(value) < 0 ? neg(size) : size;
});
define("MOD", "nn", (env, value, divisor) => {
  if (!divisor.n) throw DIV0;
  const s = Math.max(value.s, divisor.s);
  const a = value.n * 10n ** BigInt(s - value.s), b = divisor.n * 10n ** BigInt(s - divisor.s);
  const rest = a % b;
  return new Dec(rest && rest < 0n !== b < 0n ? rest + b : rest, s);
});
define("QUOTIENT", "cc", (env, value, divisor) => { if (!divisor.n) throw DIV0; return quotient(value, divisor, "down"); });

export function root(value, places) {
  if (!value.n) return ZERO;
  const n = value.n * 10n ** BigInt(2 * places - value.s);
  let x = 1n << BigInt(Math.ceil(n.toString(2).length / 2));
  for (let next = (x + n / x) >> 1n; next < x; next = (x + n / x) >> 1n) x = next;
  return new Dec(x, places);
}
export function power(base, exponent) {
  if (!base.n && sign(exponent) <= 0) throw exponent.n ? DIV0 : NUM;
  if (!base.n) return ZERO;
  if (exponent.s === 0) return wholePower(base, exponent);
  if (sign(base) > 0) return from(float(base) ** float(exponent));
  const nearest = round(over(ONE, exponent, 30), 0);
  if (compare(abs(sub(over(ONE, exponent, 30), nearest)), dec("1e-9")) < 0 && nearest.n % 2n) return neg(from(float(neg(base)) ** float(exponent)));
  throw NUM;
}
function wholePower(base, exponent) {
  if (abs(base).n === 1n && base.s === 0) return sign(base) > 0 || exponent.n % 2n === 0n ? ONE : neg(ONE);
  const figures = float(exponent) * Math.log10(Math.abs(float(base)));
  if (figures > 16) throw NUM;
  if (figures < -20) return ZERO;
  const raised = squared(base, abs(exponent).n);
  return sign(exponent) >= 0 ? bounded(raised.s <= 12 ? raised : round(raised, 12)) : kept(over(ONE, raised, 14));
}
/** A power by squaring, cut to digits no result shows: to 60 behind the first that counts. */
function squared(base, exponent) {
  const cut = (value) => round(value, 60 - Math.min(0, Math.floor(Math.log10(Math.abs(float(value)) || 1))));
  let result = ONE;
  for (let left = exponent; left > 0n; left >>= 1n) {
    if (left & 1n) result = cut(mul(result, base));
    if (left > 1n) base = cut(mul(base, base));
  }
  return result;
}
define("POWER", "nn", (env, base, exponent) => power(base, exponent), { inexact: true });
define("SQRT", "n", (env, value) => { if (value.n < 0n) throw NUM; return kept(root(value, 30 + value.s)); }, { inexact: true });
define("EXP", "n", (env, value) => from(Math.exp(float(value))), { inexact: true });
const logarithm = (value, base) => from(Math.log(float(value)) / Math.log(float(base)));
define("LN", "n", (env, value) => { if (value.n <= 0n) throw NUM; return from(Math.log(float(value))); }, { inexact: true });
define("LOG", "nn", (env, value, base = whole(10)) => {
  if (value.n <= 0n || base.n <= 0n) throw NUM;
  if (!sub(base, ONE).n) throw DIV0;
  return logarithm(value, base);
}, { inexact: true });
define("LOG10", "n", (env, value) => { if (value.n <= 0n) throw NUM; return logarithm(value, whole(10)); }, { inexact: true });
define("PI", "", () => dec("3.141592653590"), { inexact: true });

function wholeNumbers(values) {
  return values.flat(Infinity).map((value) => { if (typeof value === "boolean") throw VALUE; return number(value); }).filter((value) => value !== null).map((value) => {
    if (value.n < 0n) throw NUM;
    return value.n / 10n ** BigInt(value.s);
  });
}
const gcd = (a, b) => { while (b) [a, b] = [b, a % b]; return a; };
define("GCD", "l", (env, ...values) => new Dec(wholeNumbers(values).reduce(gcd, 0n)));
define("LCM", "l", (env, ...values) => new Dec(wholeNumbers(values).reduce((a, b) => a && b ? (a * b) / gcd(a, b) : 0n, 1n)));
