/* Formulas in the browser: evaluates the tree the server made, with the same results to the last digit. */
import {
  Clock, Day, Dec, Fault, Moment, NA, NUM, Spill, VALUE, ZERO, add, bounded, compare, dayOf, dec, divided, int, iso, kept,
  mul, neg, numberOfText, numberText, over, round, serialOf, show, shown, sub, whole,
} from "./expression/values.js";
import { FUNCTIONS } from "./expression/functions.js";
import { power } from "./expression/numbers.js";

/** Turn `{kind, value}` into a value; blank is null. */
export function decode(given) {
  if (given === null || given.value === null || given.value === "") return null;
  const { kind, value } = given;
  if (Array.isArray(value)) return value.map(decode);
  switch (kind) {
    case "number": return dec(value);
    case "date": return new Day(Date.parse(`${value}T00:00:00Z`) / 864e5);
    case "datetime": return new Moment(Date.parse(value));
    case "time": { const [h, m, s] = value.split(":").map(Number); return new Clock(h * 3600 + m * 60 + (s || 0)); }
    case "error": return new Fault(value);
    default: return value;
  }
}
/** Turn a value into `{kind, value}`. */
export function encode(value) {
  if (value === null) return { kind: "blank", value: null };
  if (value instanceof Dec) return { kind: "number", value: show(value) };
  if (value instanceof Fault) return { kind: "error", value: value.code };
  if (value instanceof Day) return { kind: "date", value: iso(value) };
  if (value instanceof Moment) return { kind: "datetime", value: new Date(value.ms).toISOString() };
  if (Array.isArray(value)) return { kind: "list", value: [...value].map(encode) };
  return { kind: typeof value === "boolean" ? "bool" : "text", value };
}

/** Evaluate a tree. `env`: row (path to value), old, user, department, today, now, offset (minutes east of UTC). */
export function evaluate(node, env) {
  const value = operand(node, env);
  const single = value instanceof Spill ? value[0] ?? null : value;
  return single === "" ? null : single;
}

function inexact(node) {
  if (node.inexact === undefined) node.inexact = mayNotEnd(node);
  return node.inexact;
}
function mayNotEnd(node) {
  switch (node.node) {
    case "unary": return node.op === "%" || (node.op === "-" && inexact(node.operand));
    case "binary":
      if (node.op === "/" || node.op === "^") return true;
      return "+-*".includes(node.op) && (inexact(node.left) || inexact(node.right));
    case "call": {
      const known = FUNCTIONS[node.name];
      return known.inexact || (known.passes && node.args.some(inexact));
    }
    case "array": return node.rows.some((row) => row.some(inexact));
    default: return false;
  }
}
const shorten = (value) => value instanceof Dec ? shown(value) : Array.isArray(value) ? value.map(shorten) : value;
/** The value, rounded if it may be a quotient. */
export function operand(node, env) {
  const value = evaluated(node, env);
  return inexact(node) ? shorten(value) : value;
}
/** The value as it is on the way. */
export function evaluated(node, env) {
  switch (node.node) {
    case "literal": return node.value === null ? null : decode(node);
    case "ref": { const value = env.row[node.path.join(".")] ?? null; return value === "" || value?.length === 0 ? null : value; }
    case "array": return node.rows.flat().flatMap((item) => evaluated(item, env));
    case "unary": return unary(node, env);
    case "call": return call(node, env);
    default: return binary(node, env);
  }
}
function unary(node, env) {
  if (node.op === "NOT") return each((value) => negated(value), operand(node.operand, env));
  const factor = node.op === "-" ? dec("-1") : dec("0.01");
  return each((value) => calculate("*", value, factor), evaluated(node.operand, env));
}
function negated(value) {
  if (value === null || value instanceof Fault) return value;
  if (value instanceof Dec) return !value.n;
  return typeof value === "boolean" ? !value : VALUE;
}
function binary(node, env) {
  const { op } = node;
  if (op === "IN") return membership(node, env);
  if ("+-*/^".includes(op)) {
    return each((a, b) => calculate(op, a, b), evaluated(node.left, env), evaluated(node.right, env));
  }
  const left = operand(node.left, env), right = operand(node.right, env);
  if (op === "&") return each((a, b) => caught(() => text(a) + text(b) || null), left, right);
  return each((a, b) => compared(op, a, b, env), left, right);
}
function membership(node, env) {
  const value = operand(node.left, env), items = node.right.items.map((item) => operand(item, env));
  const wrong = [value, ...items].find((item) => item instanceof Fault);
  if (wrong) return wrong;
  return items.flat().some((item) => Array.isArray(value) ? value.some((one) => equal(one, item, env)) : equal(value, item, env));
}

/** Apply to values, or to the places of lists; a gap is #N/A. */
export function each(work, ...sides) {
  if (!sides.some(Array.isArray)) return work(...sides);
  const length = Math.max(...sides.map((side) => Array.isArray(side) ? side.length : 0));
  const at = (side, place) => !Array.isArray(side) ? side : place < side.length ? side[place] : side.length === 1 ? side[0] : NA;
  return Spill.from({ length }, (_, place) => work(...sides.map((side) => at(side, place))));
}
/** Run a function that may throw an error value. */
export function caught(work) {
  try { return work(); } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
}
function calculate(op, a, b) {
  if (a instanceof Fault) return a;
  if (b instanceof Fault) return b;
  if (a === null || b === null) return null;
  return caught(() => {
    if (a instanceof Dec && b instanceof Dec) return arithmetic(op, a, b);
    return moved(op, a, b);
  });
}
function arithmetic(op, a, b) {
  switch (op) {
    case "+": return bounded(add(a, b));
    case "-": return bounded(sub(a, b));
    case "*": return bounded(mul(a, b));
    case "/": return divided(a, b);
    default: return power(a, b);
  }
}
function moved(op, a, b) {
  if (op === "+" && a instanceof Dec) [a, b] = [b, a];
  if (op === "-" && a instanceof Day && b instanceof Day) return whole(a.days - b.days);
  if (op === "-" && a instanceof Moment && b instanceof Moment) return over(dec(String(a.ms - b.ms)), whole(864e5));
  if ((op === "+" || op === "-") && b instanceof Dec) {
    const by = op === "-" ? neg(b) : b;
    if (a instanceof Day) { const day = new Day(a.days + int(by)); if (Math.abs(day.days) > 3e6) throw NUM; return day; }
    if (a instanceof Moment) return new Moment(a.ms + int(round(mul(by, whole(86400)), 0)) * 1000);
  }
  throw VALUE;
}

/** The form in which texts are compared. */
export function fold(value) {
  return value.replace(/[\u3000\uff00-\uffef]/g, (one) => one.normalize("NFKC")).normalize("NFC").toLowerCase().normalize("NFC");
}
function rank(value, env) {
  if (value instanceof Day) return ["date", value.days * 864e5 - (env.offset || 0) * 6e4, value];
  if (value instanceof Moment) return ["date", value.ms, value];
  if (value instanceof Clock) return ["time", value.seconds, value];
  return [value instanceof Dec ? "number" : typeof value, value, value];
}
const asNumber = (value) => value instanceof Day ? whole(serialOf(value)) : value instanceof Clock ? over(whole(value.seconds), whole(86400)) : value;
function written(value, kind) {
  if (kind === "date") { const ms = Date.parse(value.length > 10 ? value.replace(" ", "T") : `${value}T00:00:00Z`); return Number.isNaN(ms) ? null : new Day(ms / 864e5); }
  if (kind === "time") { const [h, m, s] = value.split(":").map(Number); return new Clock(h * 3600 + m * 60 + (s || 0)); }
  return null;
}
/** -1, 0 or 1; undefined for values of different types. */
export function order(a, b, env) {
  let [kind, one] = rank(a, env), [other, two] = rank(b, env);
  if (kind === "string" && other !== "string") { a = written(a, other); if (!a) return undefined; [kind, one] = rank(a, env); }
  else if (other === "string" && kind !== "string") { b = written(b, kind); if (!b) return undefined; [other, two] = rank(b, env); }
  if (kind !== other) {
    if (kind !== "number" && other !== "number") return undefined;
    [one, two] = [asNumber(a), asNumber(b)];
    if (!(one instanceof Dec && two instanceof Dec)) return undefined;
  }
  if (one instanceof Dec) return compare(one, two);
  if (typeof one === "string") [one, two] = [[...fold(one)].map((c) => c.codePointAt(0)), [...fold(two)].map((c) => c.codePointAt(0))];
  return Array.isArray(one) ? sequence(one, two) : one < two ? -1 : one > two ? 1 : 0;
}
function sequence(one, two) {
  const at = one.findIndex((point, place) => point !== two[place]);
  if (at < 0) return one.length < two.length ? -1 : 0;
  return at >= two.length || one[at] > two[at] ? 1 : -1;
}
export function equal(a, b, env) {
  if (a === "" ) a = null;
  if (b === "") b = null;
  return a === null || b === null ? a === b : order(a, b, env) === 0;
}
function compared(op, a, b, env) {
  if (a instanceof Fault) return a;
  if (b instanceof Fault) return b;
  if (op === "=") return equal(a, b, env);
  if (op === "<>") return !equal(a, b, env);
  if (a === null || b === null) return null;
  const found = order(a, b, env);
  if (found === undefined) return VALUE;
  return { "<": found < 0, "<=": found <= 0, ">": found > 0, ">=": found >= 0 }[op];
}

export function number(value) {
  if (value === null || value instanceof Dec) return value;
  if (value instanceof Fault) throw value;
  if (typeof value === "boolean") return whole(value ? 1 : 0);
  if (typeof value === "string") return numberOfText(value);
  if (Array.isArray(value)) return value.length ? number(value[0]) : null;
  if (value instanceof Moment) return over(dec(String(value.ms + 25569 * 864e5)), whole(864e5));
  return asNumber(value);
}
export function text(value) {
  if (value === null) return "";
  if (value instanceof Fault) throw value;
  if (typeof value === "boolean") return value ? "TRUE" : "FALSE";
  if (value instanceof Dec) return numberText(value);
  if (value instanceof Day) return iso(value);
  if (value instanceof Moment) return new Date(value.ms).toISOString().slice(0, 19).replace("T", " ");
  return Array.isArray(value) ? value.map(text).join(", ") : String(value);
}
export function truth(value) {
  if (value === null || typeof value === "boolean") return value;
  if (value instanceof Fault) throw value;
  if (value instanceof Dec) return value.n !== 0n;
  if (Array.isArray(value)) return value.length ? truth(value[0]) : null;
  if (typeof value === "string" && /^(true|false)$/i.test(value)) return value.toUpperCase() === "TRUE";
  if (value instanceof Day || value instanceof Moment) return true;
  throw VALUE;
}
export function toDay(value) {
  if (value === null || value instanceof Day) return value;
  if (value instanceof Moment) return new Day(Math.floor(value.ms / 864e5));
  const found = number(value);
  if (found && found.n < 0n) throw NUM;
  return found === null ? null : dayOf(int(found));
}
const plain = (value) => { if (value instanceof Fault) throw value; return value; };
const CONVERT = { n: number, t: text, b: truth, d: toDay, a: plain, l: plain, r: (value) => value, w: (value) => value, c: (value) => { if (typeof value === "boolean") throw VALUE; return number(value); } };

/** Call a function: its signature is a letter per argument, `*` after the last repeats it. */
function call(node, env) {
  const known = FUNCTIONS[node.name];
  if (known.lazy) return caught(() => known.work(node.args, env, { evaluated, operand }));
  const kinds = node.args.map((_, place) => known.kinds[Math.min(place, known.kinds.length - 1)]);
  const given = node.args.map((arg) => (known.passes ? evaluated : operand)(arg, env));
  const missing = node.args.map((arg, place) => arg.node === "literal" && (arg.value === null || (arg.value === "" && kinds[place] === "n")));
  given.forEach((_, place) => {
    if (missing[place] && "ntb".includes(kinds[place])) given[place] = node.args[place].value === "" ? VALUE : { n: ZERO, t: null, b: false }[kinds[place]];
  });
  const apply = (...values) => caught(() => {
    const converted = values.map((value, place) => CONVERT[kinds[place]](value instanceof Whole ? value.value : value));
    if (!known.blanks && converted.some((value, place) => value === null && "ndbc".includes(kinds[place]))) return null;
    return finished(known.work(env, ...converted));
  });
  return each(apply, ...given.map((value, place) => "lw".includes(kinds[place]) ? new Whole(value) : value));
}
class Whole { constructor(value) { this.value = value; } }
function finished(result) {
  if (typeof result === "number") return bounded(whole(result));
  if (result instanceof Dec) return bounded(result);
  return result === "" || result === undefined ? null : result;
}
export { kept };
