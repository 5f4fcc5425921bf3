/* Dates: making them, taking them apart, moving them by months, and the time between two. */
import { serial, toDay } from "./coercion.js";
import { readClock, serialOfText, writtenDay } from "./reading.js";
import { define } from "./table.js";
import {
  Day, Moment, NUM, ONE, VALUE, ZERO, civil, dayOf, divided, int, kept, mul, over, parts, round, serialOf, sub, whole,
} from "./values.js";

define("TODAY", "", (env) => env.today);
define("NOW", "", (env) => env.now);
define("DATE", "nnn", (env, year, month, day) => {
  let years = int(year);
  if (years < 0 || years > 9999 || year.n < 0n || Math.abs(int(month)) > 131068 || Math.abs(int(day)) > 1e7) throw NUM;
  years += years < 1900 ? 1900 : 0;
  const found = new Day(civil(years, int(month), 1).days + int(day) - 1);
  if (parts(found).y > 9999) throw NUM;
  serialOf(found);
  return found;
});
define("TIME", "nnn", (env, hour, minute, second) => {
  const units = [hour, minute, second].map(int);
  if (Math.max(...units.map(Math.abs)) > 32767) throw NUM;
  const seconds = units[0] * 3600 + units[1] * 60 + units[2];
  if (seconds < 0) throw NUM;
  return divided(whole(seconds % 86400), whole(86400));
}, { inexact: true });
define("DATEVALUE", "a", (env, given) => {
  if (given instanceof Day || given instanceof Moment) return toDay(given);
  const found = typeof given !== "string" ? null : readClock(given.trim().toLowerCase()) !== null ? dayOf(0) : writtenDay(given);
  if (!found) throw VALUE;
  return found;
}, { blanks: true });
define("TIMEVALUE", "a", (env, given) => {
  if (typeof given !== "string") throw VALUE;
  const found = serialOfText(given);
  return sub(found, whole(int(found)));
}, { inexact: true });
const part = (name, read) => define(name, "v", (env, day) => read(day));
part("YEAR", (date) => date.y);
part("MONTH", (date) => date.m);
part("DAY", (date) => date.d);
part("QUARTER", (date) => Math.ceil(date.m / 3));
function isoWeek(day) {
  const thursday = new Day(day.days - parts(day).w + 3);
  return Math.floor((thursday.days - civil(parts(thursday).y, 1, 1).days) / 7) + 1;
}
part("ISOWEEKNUM", (date) => isoWeek(date.week));
const clock = (name, read) => define(name, "a", (env, given) => {
  const found = serial(given);
  if (found === null) return null;
  return read(int(round(mul(sub(found, whole(int(found))), whole(86400)), 0)) % 86400);
});
clock("HOUR", (seconds) => Math.floor(seconds / 3600));
clock("MINUTE", (seconds) => Math.floor(seconds / 60) % 60);
clock("SECOND", (seconds) => seconds % 60);
define("WEEKDAY", "vn", (env, date, kind = ONE) => {
  const code = int(kind);
  if (code === 1) return ((date.w + 1) % 7) + 1;
  if (code === 2) return date.w + 1;
  if (code === 3) return date.w;
  if (code >= 11 && code <= 17) return ((date.w - code + 18) % 7) + 1;
  throw NUM;
});
define("WEEKNUM", "vn", (env, date, kind = ONE) => {
  const code = int(kind);
  if (code === 21) return isoWeek(date.week);
  if (![1, 2, 11, 12, 13, 14, 15, 16, 17].includes(code)) throw NUM;
  const first = { 1: 6, 2: 0 }[code] ?? code - 11, start = (date.w - (date.at % 7) + 14) % 7;
  return Math.floor((date.at + ((start - first + 7) % 7)) / 7) + 1;
});
const monthEnd = (y, m) => parts(new Day(civil(y, m + 1, 1).days - 1)).d;
function movedMonths(date, months, last = false) {
  const { y, m, d } = parts(date), index = y * 12 + m - 1 + months;
  const year = Math.floor(index / 12), month = (((index % 12) + 12) % 12) + 1;
  if (year < 1900 || year > 9999) throw NUM;
  const end = monthEnd(year, month);
  return civil(year, month, last ? end : Math.min(d, end));
}
const steps = (months) => Math.max(-1e6, Math.min(1e6, int(months)));
define("EDATE", "kc", (env, date, months) => movedMonths(date, steps(months)));
define("EOMONTH", "kc", (env, date, months) => movedMonths(new Day(Math.max(date.days, civil(1900, 1, 1).days)), steps(months), true));
define("DAYS", "dd", (env, end, start) => end.days - start.days);
const februaryEnds = (one) => one.m === 2 && one.d === monthEnd(one.y, 2);
function days360(start, end, european) {
  const a = parts(start), b = parts(end);
  let first = Math.min(a.d, 30), last = b.d;
  if (european) last = Math.min(last, 30);
  else {
    if (februaryEnds(a)) first = 30;
    if (last === 31 && first === 30) last = 30;
  }
  return (b.y - a.y) * 360 + (b.m - a.m) * 30 + last - first;
}
/** As bonds count: February ends are alike, and a 31st after one stays. */
function bondDays(start, end) {
  const a = parts(start), b = parts(end);
  let first = a.d, last = b.d;
  if (last === 31 && first >= 30) last = 30;
  first = Math.min(first, 30);
  if (februaryEnds(a)) { first = 30; if (februaryEnds(b)) last = 30; }
  return (b.y - a.y) * 360 + (b.m - a.m) * 30 + last - first;
}
define("DAYS360", "ddb", (env, start, end, european = false) => days360(start, end, european));
function wholeMonths(start, end) {
  const a = parts(start), b = parts(end);
  return (b.y - a.y) * 12 + b.m - a.m - (b.d < a.d ? 1 : 0);
}
define("DATEDIF", "ddt", (env, start, end, unit) => {
  if (start.days > end.days) throw NUM;
  const a = parts(start), b = parts(end);
  switch (unit.toUpperCase()) {
    case "D": return serialOf(end) - serialOf(start);
    case "M": return wholeMonths(start, end);
    case "Y": return Math.floor(wholeMonths(start, end) / 12);
    case "YM": return wholeMonths(start, end) % 12;
    case "MD": return b.d >= a.d ? b.d - a.d : b.d + parts(movedMonths(end, -1, true)).d - a.d;
    case "YD":
      if (b.m > a.m || (b.m === a.m && b.d >= a.d)) return civil(a.y, b.m, 1).days + b.d - 1 - start.days;
      return civil(a.y, 12, 31).days - start.days + civil(2001, b.m, 1).days - civil(2001, 1, 1).days + b.d;
    default: throw NUM;
  }
});
const leap = (year) => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
function actualYears(start, end) {
  const a = parts(start), b = parts(end), days = end.days - start.days;
  if (!days) return ZERO;
  if (b.y === a.y || (b.y === a.y + 1 && (b.m < a.m || (b.m === a.m && b.d <= a.d)))) {
    const met = [a.y, b.y].some((year) => leap(year) && start.days <= civil(year, 2, 29).days && civil(year, 2, 29).days <= end.days);
    return over(whole(days), whole((b.y === a.y ? leap(a.y) : met) ? 366 : 365));
  }
  let total = 0;
  for (let year = a.y; year <= b.y; year += 1) total += leap(year) ? 366 : 365;
  return over(whole(days * (b.y - a.y + 1)), whole(total));
}
define("YEARFRAC", "kkc", (env, one, two, basis = ZERO) => {
  const [start, end] = one.days > two.days ? [two, one] : [one, two], days = whole(end.days - start.days);
  switch (int(basis)) {
    case 0: return divided(whole(bondDays(start, end)), whole(360));
    case 1: return kept(actualYears(start, end));
    case 2: return divided(days, whole(360));
    case 3: return divided(days, whole(365));
    case 4: return divided(whole(days360(start, end, true)), whole(360));
    default: return NUM;
  }
}, { inexact: true });
