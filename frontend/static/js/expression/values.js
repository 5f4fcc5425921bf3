/* Values of formulas: exact decimals, days, moments, error values, and Excel's conversions between them. */

/** An exact decimal: `n` units of 10^-`s`. */
export class Dec {
  constructor(n, s = 0) {
    while (s > 0 && n % 10n === 0n) { n /= 10n; s -= 1; }
    this.n = n;
    this.s = s;
  }
}
/** A date as days since 1970, a moment as milliseconds since 1970 UTC, a time as seconds since midnight. */
export class Day { constructor(days) { this.days = days; } }
export class Moment { constructor(ms) { this.ms = ms; } }
export class Clock { constructor(seconds) { this.seconds = seconds; } }
/** The id of a record. */
export class Id { constructor(digits) { this.n = BigInt(digits); } }
/** An error value; thrown inside functions, a result outside. */
export class Fault { constructor(code) { this.code = code; } }
/** Several results where one was asked for; a formula that ends with it shows the first. `width`: values in a row, 0 of a list. */
export class Spill extends Array {}
export const widthOf = (values) => values?.width || 0;
export function wide(values, width) { values.width = width; return values; }
/** Another list of the same kind and shape. */
export const mapped = (values, change) => wide(values instanceof Spill ? Spill.from(values, change) : Array.from(values, change), widthOf(values));

export const DIV0 = new Fault("#DIV/0!");
export const NA = new Fault("#N/A");
export const NUM = new Fault("#NUM!");
export const VALUE = new Fault("#VALUE!");
export const ZERO = new Dec(0n);
export const ONE = new Dec(1n);
const LIMIT = 10n ** 15n;
const EPOCH = 25569; // 1970-01-01 as Excel counts

/** Read a number such as `-1.5e3`. */
export function dec(text) {
  const match = /^([-+]?)(\d*)(?:\.(\d*))?(?:e([-+]?\d+))?$/i.exec(text);
  const digits = (match[2] || "") + (match[3] || "");
  const scale = (match[3] || "").length - Number(match[4] || 0);
  const n = BigInt(digits || "0") * (match[1] === "-" ? -1n : 1n);
  return scale >= 0 ? new Dec(n, scale) : new Dec(n * 10n ** BigInt(-scale));
}
export const whole = (number) => new Dec(BigInt(Math.trunc(number)));
export const sign = (a) => (a.n > 0n ? 1 : a.n < 0n ? -1 : 0);
export const neg = (a) => new Dec(-a.n, a.s);
export const abs = (a) => (a.n < 0n ? neg(a) : a);
export const float = (a) => Number(show(a));
const units = (a, s) => a.n * 10n ** BigInt(s - a.s);
export function add(a, b) { const s = Math.max(a.s, b.s); return new Dec(units(a, s) + units(b, s), s); }
export const sub = (a, b) => add(a, neg(b));
export const mul = (a, b) => new Dec(a.n * b.n, a.s + b.s);
export function compare(a, b) { return sign(sub(a, b)); }
export const int = (a) => Number(a.n / 10n ** BigInt(a.s));
export const largest = (a, b) => (compare(a, b) < 0 ? b : a);

/** Round to decimals: `half` away from zero, `up`, `down`, `floor`, `ceil`. */
export function round(a, digits, mode = "half") {
  if (digits >= a.s) return a;
  const factor = 10n ** BigInt(a.s - digits);
  let q = a.n / factor;
  const r = a.n % factor, side = a.n < 0n ? -1n : 1n, size = r < 0n ? -r : r;
  const away = { half: 2n * size >= factor, up: r !== 0n, down: false, floor: r < 0n, ceil: r > 0n }[mode];
  if (away) q += side;
  return digits >= 0 ? new Dec(q, digits) : new Dec(q * 10n ** BigInt(-digits));
}
export const shown = (a) => round(a, 10);
export function bounded(a) {
  const size = a.n < 0n ? -a.n : a.n;
  if (size >= LIMIT * 10n ** BigInt(a.s)) throw NUM;
  return a;
}
export const kept = (a) => bounded(round(a, 12));
/** Divide to so many decimals; 12 unless more are needed on the way. */
export function over(a, b, digits = 12) {
  const s = digits + 2;
  const top = a.n * 10n ** BigInt(b.s + s), bottom = b.n * 10n ** BigInt(a.s);
  const q = top / bottom, exact = top % bottom === 0n;
  return round(new Dec(exact ? q : q * 10n + (top < 0n === bottom < 0n ? 1n : -1n), exact ? s : s + 1), digits);
}
export function divided(a, b) { if (!b.n) throw DIV0; return bounded(over(a, b)); }
export function quotient(a, b, mode) { const q = over(a, b, 40); return round(q, 0, mode); }
export function from(number) {
  if (!Number.isFinite(number)) throw NUM;
  if (Math.abs(number) >= 1e15) throw NUM;
  return round(dec(number.toFixed(14)), 12);
}
/** Write a decimal with the digits it has. */
export function show(a) {
  const text = (a.n < 0n ? -a.n : a.n).toString().padStart(a.s + 1, "0");
  const point = text.length - a.s;
  return (a.n < 0n ? "-" : "") + text.slice(0, point) + (a.s ? "." + text.slice(point) : "");
}
/** Write a number as text: at most 10 decimals and 15 digits. */
export function numberText(a) {
  const short = shown(a);
  const lead = show(abs(short)).split(".")[0].replace(/^0+/, "").length;
  return show(round(short, Math.max(0, 15 - lead)));
}

export const serialOf = (day) => {
  const serial = day.days + EPOCH;
  if (serial < 1) throw NUM;
  return serial < 61 ? serial - 1 : serial;
};
export function dayOf(serial) {
  if (serial < 0 || serial > LAST) throw NUM;
  return new Day((serial < 60 ? serial + 1 : Math.max(serial, 61)) - EPOCH);
}
export const iso = (day) => new Date(day.days * 864e5).toISOString().slice(0, 10);
export const civil = (y, m, d) => {
  const date = new Date(0);
  date.setUTCFullYear(y, m - 1, d);
  return new Day(Math.round(date.getTime() / 864e5));
};
/** A day as Excel's calendar shows it: `at` counts from 1 January 0, `week` is a day of the same ISO week. */
export function shownDay(day) {
  const serial = day.days + EPOCH, falsely = serial > 0 && serial < 61;
  if (falsely) return shownSerial(serial - 1);
  const { y, m, d, w } = parts(day);
  return { y, m, d, w, at: day.days - civil(y, 1, 1).days + (y === 1900 ? 1 : 0), week: day };
}
export function shownSerial(serial) {
  if (serial > 60) return shownDay(dayOf(serial));
  const { m, d } = serial === 60 ? { m: 2, d: 29 } : serial ? parts(dayOf(serial)) : { m: 1, d: 0 };
  return { y: 1900, m, d, w: weekdayOf(serial), at: serial - 1, week: new Day(serial - EPOCH) };
}
export const weekdayOf = (serial) => (serial + 5) % 7;
export const LAST = 2958465;
export function parts(day) {
  const date = new Date(day.days * 864e5);
  return { y: date.getUTCFullYear(), m: date.getUTCMonth() + 1, d: date.getUTCDate(), w: (date.getUTCDay() + 6) % 7 };
}
