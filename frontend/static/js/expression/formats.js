/* TEXT: a value written by one of Excel's number formats. */
import { figuresFor, spelled } from "./chinese.js";
import { number } from "./coercion.js";
import { looksLikeMoment, writtenMoment } from "./moments.js";
import { numberOfText } from "./reading.js";
import { Dec, Fault, VALUE, abs, compare, dec, mul, numberText, round, show, sign } from "./values.js";

const PART = /"([^"]*)"|\\([\s\S])|\[([^\]]*)\]|_([\s\S])|\*([\s\S])|(General)|([eE][-+]0+)|([0#?])|(\.)|(,)|(\/)|(%)|(@)|([\s\S])/giu;
const KINDS_OF = "quoted escaped bracket space fill general exponent digit point comma slash percent text plain".split(" ");
const CONDITION = /^(<=|>=|<>|<|>|=)\s*(-?(?:\d+\.?\d*|\.\d+))$/;

/** Write a value as a pattern says. */
export function formatted(value, pattern) {
  if (value === null) return "";
  if (typeof value === "boolean") return value ? "TRUE" : "FALSE";
  const sections = sectionsOf(pattern).map(partsOf);
  if (typeof value === "string") {
    try { value = numberOfText(value); } catch (fault) { if (fault instanceof Fault) return withText(value, sections); throw fault; }
  }
  const found = number(value), [section, size] = choose(sections, found);
  if (looksLikeMoment(section)) return writtenMoment(section, found, chinese(section));
  return writtenNumber(section, size);
}
/** Whether Chinese figures are asked for: null, false for 一, true for 壹. */
function chinese(section) {
  const found = section.map(([kind, text]) => kind === "bracket" && /^DBNum([12])$/i.exec(text)).find(Boolean);
  return found ? found[1] === "2" : null;
}
function sectionsOf(pattern) {
  const found = [];
  let current = "", quoted = false;
  for (let at = 0; at < pattern.length; at += 1) {
    if (pattern[at] === "\\" && !quoted) { current += pattern.slice(at, at + 2); at += 1; continue; }
    if (pattern[at] === '"') quoted = !quoted;
    if (pattern[at] === ";" && !quoted) { found.push(current); current = ""; } else current += pattern[at];
  }
  return [...found, current];
}
function partsOf(section) {
  if (section.split('"').length % 2 === 0) throw VALUE;
  return Array.from(section.matchAll(PART), (match) => {
    const at = match.findIndex((group, place) => place && group !== undefined);
    return [KINDS_OF[at - 1], match[at]];
  });
}
function withText(value, sections) {
  const last = sections[sections.length - 1];
  if (sections.length !== 4 && !last.some(([kind]) => kind === "text")) return value;
  return last.map((part) => (part[0] === "text" ? value : literal(part))).join("");
}
const conditionOf = (section) => section.map(([kind, text]) => kind === "bracket" && CONDITION.exec(text)).find(Boolean);
/** The section for a number and what it shows: a section of its own leaves the minus out. */
function choose(sections, value) {
  for (const [at, section] of sections.slice(0, 2).entries()) {
    const condition = conditionOf(section);
    if (condition && holdsFor(condition, value)) return [section, at ? abs(value) : value];
  }
  if (conditionOf(sections[0])) return [sections[sections.length - 1], value];
  if (sections.length >= 3 && !value.n) return [sections[2], value];
  return sections.length >= 2 && sign(value) < 0 ? [sections[1], abs(value)] : [sections[0], value];
}
function holdsFor([, op, limit], value) {
  const found = compare(value, dec(limit));
  return { "<": found < 0, "<=": found <= 0, ">": found > 0, ">=": found >= 0, "=": found === 0, "<>": found !== 0 }[op];
}
function literal([kind, text]) {
  if (kind === "space") return " ";
  if (kind === "fill" || kind === "bracket") return text.startsWith("$") ? text.slice(1).split("-")[0] : "";
  return text;
}
function writtenNumber(section, value) {
  const capital = chinese(section);
  if (capital === null) return plainly(section, value);
  if (section.every(([kind]) => kind === "bracket" || kind === "general")) return spelled(numberText(value), capital);
  return figuresFor(plainly(section, value), capital);
}
function plainly(section, value) {
  const kinds = section.map(([kind]) => kind);
  if (section.length && kinds.every((kind) => kind === "bracket")) return numberText(value);
  if (kinds.includes("general") || kinds.includes("text")) {
    return section.map((part) => (["general", "text"].includes(part[0]) ? numberText(value) : literal(part))).join("");
  }
  if (!kinds.includes("digit")) return (sign(value) < 0 && section.length ? "-" : "") + section.map(literal).join("");
  value = mul(value, new Dec(100n ** BigInt(kinds.filter((kind) => kind === "percent").length)));
  if (kinds.includes("exponent")) return scientific(section, value);
  if (kinds.includes("slash") && kinds.indexOf("slash") > kinds.indexOf("digit")) return fractional(section, value);
  return decimal(section, value);
}
const shifted = (value, places) => (places >= 0 ? new Dec(value.n * 10n ** BigInt(places), value.s) : new Dec(value.n, value.s - places));
function decimal(section, value) {
  const digitsAt = section.flatMap(([kind], at) => (kind === "digit" ? [at] : []));
  const pointAt = section.findIndex(([kind]) => kind === "point"), point = pointAt < 0 ? section.length : pointAt;
  const front = digitsAt.filter((at) => at < point), behind = digitsAt.filter((at) => at > point);
  const last = front.length ? front[front.length - 1] : point;
  const grouped = section.some(([kind], at) => kind === "comma" && front.length && front[0] < at && at < last);
  const trailing = commasAfter(section, last) || commasAfter(section, digitsAt[digitsAt.length - 1]);
  value = round(shifted(value, -3 * trailing), Math.min(behind.length, 30));
  const [head, tail = ""] = show(abs(value)).split("."), placed = new Map();
  wholeDigits(front.map((at) => section[at][1]), head.replace(/^0+/, ""), grouped).forEach((text, at) => placed.set(front[at], text));
  tailDigits(section, behind, tail.padEnd(behind.length, "0")).forEach((text, at) => placed.set(behind[at], text));
  const body = section.map((part, at) => (part[0] === "comma" ? (placed.size ? "" : ",") : placed.get(at) ?? literal(part))).join("");
  return sign(value) < 0 ? `-${body}` : body;
}
/** The commas behind the last digit; each divides by a thousand. */
function commasAfter(section, at) {
  let count = 0;
  while (section[at + 1 + count]?.[0] === "comma") count += 1;
  return count;
}
/** What stands at each place before the point; the first place takes what is too long. */
function wholeDigits(marks, head, grouped) {
  const found = marks.map((mark, place) => {
    const at = head.length - marks.length + place;
    if (!place && at > 0) return head.slice(0, at + 1);
    return at >= 0 ? head[at] : { 0: "0", "?": " ", "#": "" }[mark];
  });
  if (!grouped) return found;
  let seen = 0;
  return found.reverse().map((entry) => [...entry].reverse().map((letter) => {
    const comma = /\d/.test(letter) && seen && seen % 3 === 0;
    seen += /\d/.test(letter) ? 1 : 0;
    return comma ? `${letter},` : letter;
  }).reverse().join("")).reverse();
}
function tailDigits(section, behind, tail) {
  const used = tail.replace(/0+$/, "").length;
  return behind.map((at, place) => (section[at][1] === "0" || place < used ? tail[place] : { "#": "", "?": " " }[section[at][1]]));
}
const adjusted = (value) => (value.n ? (value.n < 0n ? -value.n : value.n).toString().length - 1 - value.s : 0);
function scientific(section, value) {
  const at = section.findIndex(([kind]) => kind === "exponent"), mantissa = section.slice(0, at), text = section[at][1];
  const found = mantissa.findIndex(([kind]) => kind === "point"), point = found < 0 ? mantissa.length : found;
  const count = (parts) => parts.filter(([kind]) => kind === "digit").length;
  const lead = Math.max(1, count(mantissa.slice(0, point))), behind = count(mantissa.slice(point));
  let exponent = lead > 1 ? Math.floor(adjusted(value) / lead) * lead : adjusted(value);
  let scaled = round(shifted(value, -exponent), Math.min(behind, 30));
  if (scaled.n && adjusted(scaled) >= lead) { exponent += lead; scaled = round(shifted(value, -exponent), Math.min(behind, 30)); }
  const side = exponent < 0 ? "-" : text[1] === "+" ? "+" : "";
  return `${decimal(mantissa, scaled)}E${side}${String(Math.abs(exponent)).padStart(text.length - 2, "0")}${section.slice(at + 1).map(literal).join("")}`;
}
function run(section, at, step) {
  let count = 0;
  for (; section[at]?.[0] === "digit"; at += step) count += 1;
  return count;
}
function fractional(section, value) {
  const slash = section.findIndex(([kind]) => kind === "slash"), above = run(section, slash - 1, -1), below = run(section, slash + 1, 1);
  const fixed = section.slice(slash + 1).filter(([kind]) => kind === "plain" || kind === "digit").map(([, text]) => text).join("").trim();
  const mixed = section.slice(0, slash - above).some(([kind]) => kind === "digit");
  const size = abs(value), scale = 10n ** BigInt(size.s);
  let units = mixed ? size.n / scale : 0n;
  const rest = size.n - units * scale;
  let [top, bottom] = /^\d+$/.test(fixed) && BigInt(fixed)
    ? [round(mul(new Dec(rest, size.s), new Dec(BigInt(fixed))), 0).n, BigInt(fixed)]
    : nearest(rest, scale, 10n ** BigInt(Math.max(below, 1)) - 1n);
  if (mixed && top === bottom) { units += 1n; top = 0n; }
  const side = sign(value) < 0 ? "-" : "";
  if (mixed && !top) return `${side}${units}${" ".repeat(above + below + 2)}`;
  const part = `${String(top).padStart(above)}/${String(bottom).padEnd(Math.max(below, 1))}`;
  const mark = section.find(([kind]) => kind === "digit")[1];
  return mixed ? `${side}${mark === "#" && !units ? "" : units} ${part}` : side + part;
}
/** The fraction nearest to top/bottom whose denominator is no larger than `most`. */
function nearest(top, bottom, most) {
  const divisor = (a, b) => (b ? divisor(b, a % b) : a), common = divisor(top, bottom) || 1n;
  [top, bottom] = [top / common, bottom / common];
  if (bottom <= most) return [top, bottom];
  let [p0, q0, p1, q1, n, d] = [0n, 1n, 1n, 0n, top, bottom];
  for (;;) {
    const a = n / d, q2 = q0 + a * q1;
    if (q2 > most) break;
    [p0, q0, p1, q1, n, d] = [p1, q1, p0 + a * p1, q2, d, n - a * d];
  }
  const k = (most - q0) / q1, [p, q] = [p0 + k * p1, q0 + k * q1];
  const size = (x) => (x < 0n ? -x : x);
  // |p1/q1 - x| against |p/q - x|, without dividing.
  return size(p1 * bottom - top * q1) * q <= size(p * bottom - top * q) * q1 ? [p1, q1] : [p, q];
}
