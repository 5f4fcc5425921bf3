/* Text: parts, search, replacement, letters and codes. Places count code points, not halves of them. */
import { define } from "./table.js";
import { NA, NUM, ONE, VALUE, ZERO, abs, int, round, show, sign } from "./values.js";
import { equal, fold, number, text } from "../expression.js";

const LONGEST = 32767;
const points = (value) => [...value];
const limited = (value) => { if (value.length > LONGEST) throw VALUE; return value; };
function size(value, least = 0) {
  if (sign(value) < 0 || int(value) < least) throw VALUE;
  return Math.min(int(value), LONGEST);
}
const TAKES_BLANKS = { blanks: true };
define("CONCAT", "l", (env, ...values) => limited(values.flat().map(text).join("")), TAKES_BLANKS);
define("CONCATENATE", "t", (env, ...values) => limited(values.join("")));
define("TEXTJOIN", "lbl", (env, delimiter, skip, ...values) => {
  const delimiters = [delimiter].flat().map(text);
  const found = values.flat().map(text).filter((part) => part || !skip);
  return limited(found.reduce((all, part, at) => at ? all + delimiters[(at - 1) % delimiters.length] + part : part, ""));
});
define("LEFT", "tn", (env, value, count = ONE) => points(value).slice(0, size(count)).join(""));
define("RIGHT", "tn", (env, value, count = ONE) => size(count) ? points(value).slice(-size(count)).join("") : "");
define("MID", "tnn", (env, value, start, count) => points(value).slice(size(start, 1) - 1, size(start, 1) - 1 + size(count)).join(""));
define("LEN", "t", (env, value) => points(value).length);
define("UPPER", "t", (env, value) => value.toUpperCase().normalize("NFC"));
define("LOWER", "t", (env, value) => value.toLowerCase().normalize("NFC"));
define("PROPER", "t", (env, value) => {
  let inside = false;
  return points(value).map((letter) => {
    const written = inside ? letter.toLowerCase() : letter.toUpperCase();
    inside = /\p{L}/u.test(letter);
    return written;
  }).join("");
});
define("TRIM", "t", (env, value) => value.split(" ").filter(Boolean).join(" "));
define("CLEAN", "t", (env, value) => points(value).filter((letter) => letter.codePointAt(0) >= 32).join(""));
define("SUBSTITUTE", "tttn", (env, value, old, next, nth = null) => {
  if (nth === null) return old ? limited(value.split(old).join(next)) : value;
  const wanted = size(nth, 1);
  if (!old) return value;
  let at = -1;
  for (let count = 0; count < wanted; count += 1) {
    at = value.indexOf(old, at + 1);
    if (at < 0) return value;
  }
  return limited(value.slice(0, at) + next + value.slice(at + old.length));
}, TAKES_BLANKS);
define("REPLACE", "tnnt", (env, value, start, count, next) => {
  const letters = points(value), first = size(start, 1) - 1;
  return limited(letters.slice(0, first).join("") + next + letters.slice(first + size(count)).join(""));
});
const offset = (value, start) => { const letters = points(value); return [letters.slice(0, start).join("").length, letters.length]; };
const place = (value, at) => points(value.slice(0, at)).length + 1;
define("FIND", "ttn", (env, sought, value, start = ONE) => {
  const [first, length] = offset(value, size(start, 1) - 1), at = value.indexOf(sought, first);
  if (at < 0 || size(start, 1) - 1 > length) throw VALUE;
  return place(value, at);
});
function wildcard(value) {
  const source = value.replace(/~([\s\S])|([*?])|([\\^$.|+()[\]{}])/g, (all, escaped, wild, special) =>
    escaped ? escaped.replace(/[\\^$.|?*+()[\]{}]/, "\\$&") : wild ? (wild === "*" ? "[\\s\\S]*?" : "[\\s\\S]") : `\\${special}`);
  return new RegExp(source, "u");
}
define("SEARCH", "ttn", (env, sought, value, start = ONE) => {
  const lower = value.toLowerCase(), [first, length] = offset(lower, size(start, 1) - 1);
  const at = size(start, 1) - 1 > length ? -1 : lower.slice(first).search(wildcard(sought.toLowerCase()));
  if (at < 0) throw VALUE;
  return place(lower, first + at);
});
define("REPT", "tn", (env, value, times) => { if (int(times) * points(value).length > LONGEST) throw VALUE; return value.repeat(size(times)); });
define("EXACT", "tt", (env, first, second) => first === second);
define("VALUE", "a", (env, value) => { if (value === null || typeof value === "boolean") throw VALUE; return number(value); }, TAKES_BLANKS);
define("FIXED", "nnb", (env, value, decimals = { n: 2n, s: 0 }, bare = false) => {
  const places = Math.max(-15, Math.min(127, int(decimals))), rounded = round(value, Math.min(places, 30));
  const [head, tail = ""] = show(abs(rounded)).split(".");
  const grouped = bare ? head : head.replace(/\B(?=(\d{3})+$)/g, ",");
  return (sign(rounded) < 0 ? "-" : "") + grouped + (places > 0 ? `.${tail.padEnd(places, "0")}` : "");
});
const WESTERN = "€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ";
define("CHAR", "n", (env, code) => {
  const at = int(code);
  if (at < 1 || at > 255) throw VALUE;
  return at >= 128 && at < 160 ? WESTERN[at - 128] : String.fromCharCode(at);
});
const first = (value) => { if (!value) throw VALUE; return value.codePointAt(0); };
define("CODE", "t", (env, value) => { const at = WESTERN.indexOf(String.fromCodePoint(first(value))); return at < 0 ? first(value) : 128 + at; });
define("UNICHAR", "n", (env, code) => {
  const at = int(code);
  if (at < 1 || at > 0x10ffff || (at >= 0xd800 && at <= 0xdfff)) throw VALUE;
  return String.fromCodePoint(at);
});
define("UNICODE", "t", (env, value) => first(value));

function placesOf(value, delimiters, folded) {
  const subject = folded && value.toLowerCase().length === value.length ? value.toLowerCase() : value;
  const wanted = delimiters.filter(Boolean).map((one) => folded ? one.toLowerCase() : one).sort((a, b) => b.length - a.length);
  const found = [];
  for (let at = 0; at < subject.length;) {
    const here = wanted.find((one) => subject.startsWith(one, at));
    if (here) found.push([at, here.length]);
    at += here ? here.length : 1;
  }
  return found;
}
const cut = (before) => (env, value, delimiter, nth = ONE, folded = ZERO, end = ZERO, missing = null) => {
  const delimiters = [delimiter].flat().map(text), count = int(nth ?? ONE);
  if (!count || Math.abs(count) > Math.max(points(value).length, 1)) throw VALUE;
  if (delimiters.includes("")) return before === count > 0 ? "" : value;
  const places = placesOf(value, delimiters, folded?.n);
  if (Math.abs(count) <= places.length) {
    const [start, length] = places[count > 0 ? count - 1 : places.length + count];
    return before ? value.slice(0, start) : value.slice(start + length);
  }
  if (end?.n && Math.abs(count) === places.length + 1) return count > 0 === before ? value : "";
  if (missing === null) throw NA;
  return missing;
};
define("TEXTBEFORE", "tlnnna", cut(true), TAKES_BLANKS);
define("TEXTAFTER", "tlnnna", cut(false), TAKES_BLANKS);
function pieces(value, delimiters, skip, folded) {
  if (!delimiters.length) return [value];
  const found = [];
  let at = 0;
  for (const [start, length] of placesOf(value, delimiters, folded)) { found.push(value.slice(at, start)); at = start + length; }
  return [...found, value.slice(at)].filter((part) => part || !skip);
}
define("TEXTSPLIT", "tllbna", (env, value, columns, rows = null, skip = false, folded = ZERO, missing = null) => {
  const [across, down] = [columns, rows].map((given) => [given].flat().filter((one) => one !== null).map(text));
  if (![...across, ...down].length || [...across, ...down].includes("")) throw VALUE;
  const cells = pieces(value, down, skip, folded?.n).map((line) => pieces(line, across, skip, folded?.n));
  const width = Math.max(1, ...cells.map((row) => row.length));
  return cells.flatMap((row) => [...row, ...Array(width - row.length).fill(missing ?? NA)]);
}, TAKES_BLANKS);
define("CONTAINS", "la", (env, whole, part) => {
  if (whole === null || part === null) return null;
  if (Array.isArray(whole)) return whole.some((item) => equal(item, part, env));
  return typeof whole === "string" && typeof part === "string" ? fold(whole).includes(fold(part)) : VALUE;
}, TAKES_BLANKS);
define("STARTSWITH", "tt", (env, value, start) => value && start ? fold(value).startsWith(fold(start)) : null);
define("ENDSWITH", "tt", (env, value, end) => value && end ? fold(value).endsWith(fold(end)) : null);

const FIGURES = "零壹贰叁肆伍陆柒捌玖", SMALL = ["", "拾", "佰", "仟"], LARGE = ["", "万", "亿", "万"];
function group(value) {
  let result = "", gap = false;
  for (let at = 3; at >= 0; at -= 1) {
    const figure = Math.floor(value / 10 ** at) % 10;
    if (figure) { result += (gap ? FIGURES[0] : "") + FIGURES[figure] + SMALL[at]; gap = false; } else gap = result !== "";
  }
  return result;
}
function yuan(value) {
  const groups = [];
  for (let rest = value; rest; rest /= 10000n) groups.push(Number(rest % 10000n));
  let result = "", gap = false;
  for (let at = groups.length - 1; at >= 0; at -= 1) {
    if (!groups[at]) {
      gap = true;
      if (at === 2 && result && !result.endsWith(LARGE[2])) result += LARGE[2];
      continue;
    }
    if (result && (gap || groups[at] < 1000)) result += FIGURES[0];
    result += group(groups[at]) + LARGE[at];
    gap = false;
  }
  return result;
}
define("RMBUPPER", "n", (env, amount) => {
  const exact = round(abs(amount), 2), cents = exact.n * 10n ** BigInt(2 - exact.s);
  if (cents >= 10n ** 17n) throw NUM;
  if (!cents) return "零元整";
  const whole = cents / 100n, jiao = Number((cents / 10n) % 10n), fen = Number(cents % 10n);
  const head = (sign(amount) < 0 ? "负" : "") + (whole ? `${yuan(whole)}元` : "");
  const middle = jiao ? `${FIGURES[jiao]}角` : fen && whole ? "零" : "";
  return head + middle + (fen ? `${FIGURES[fen]}分` : "整");
});
