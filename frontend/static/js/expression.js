/* Formulas in the browser: evaluates the tree the server made, with the same results to the last digit. */
import { clockText, number, text, toDay, toShown, truth } from "./expression/coercion.js";
import { compared, equal, fold, order } from "./expression/comparing.js";
import { filtered } from "./expression/filtering.js";
import { FUNCTIONS } from "./expression/functions.js";
import { caught, each } from "./expression/lifting.js";
import { power } from "./expression/numbers.js";
import {
  Clock, Day, Dec, Fault, Id, Moment, NUM, Spill, VALUE, ZERO, add, bounded, dec, divided, int, iso, kept, mapped, mul, neg, over,
  round, show, shown, sub, whole, wide,
} from "./expression/values.js";
import { zone } from "./expression/zone.js";

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
    case "id": return new Id(value);
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
  if (value instanceof Clock) return { kind: "time", value: clockText(value) };
  if (value instanceof Id) return { kind: "id", value: String(value.n) };
  if (Array.isArray(value)) return { kind: "list", value: [...value].map(encode) };
  return { kind: typeof value === "boolean" ? "bool" : "text", value };
}

/** Evaluate a tree. `env`: row (path to value), old, user, department, today, now, directory, and offset (minutes east
 * of UTC, or a function of milliseconds that gives them). */
export function evaluate(node, env) {
  zone.offset = env.offset ?? 0;
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
const shorten = (value) => value instanceof Dec ? shown(value) : Array.isArray(value) ? mapped(value, shorten) : value;
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
    case "array": {
      const values = node.rows.flat().map((item) => evaluated(item, env));
      return values.some(Array.isArray) ? values.flat(Infinity) : wide(values, node.rows[0].length);
    }
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

function calculate(op, a, b) {
  if (a instanceof Fault) return a;
  if (b instanceof Fault) return b;
  if (a === null || b === null) return null;
  [a, b] = [a, b].map((side) => (side instanceof Id ? new Dec(side.n) : side));
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

const plain = (value) => { if (value instanceof Fault) throw value; return value; };
const truly = (read) => (value) => { if (typeof value === "boolean") throw VALUE; return read(value); };
const CONVERT = {
  n: number, t: text, b: truth, d: toDay, a: plain, l: plain, r: (value) => value, w: (value) => value, c: truly(number), k: truly(toDay), v: toShown,
};
const omitted = { t: "", b: false };

/** Call a function: its signature is a letter per argument, the last may repeat. */
function call(node, env) {
  const known = FUNCTIONS[node.name];
  const chosen = node.name === "FILTER" ? filtered(node, env, { evaluated, operand }) : undefined;
  if (chosen !== undefined) return chosen;
  if (known.lazy) return caught(() => known.work(node.args, env, { evaluated, operand }));
  const kinds = node.args.map((_, place) => known.kinds[Math.min(place, known.kinds.length - 1)]);
  const given = node.args.map((arg, place) => argument(known, arg, kinds[place], place, env));
  const apply = (...values) => caught(() => {
    const converted = values.map((value, place) => value === undefined ? value : CONVERT[kinds[place]](value instanceof Whole ? value.value : value));
    if (!known.blanks && converted.some((value, place) => value === null && "ndbckv".includes(kinds[place]))) return null;
    return finished(known.work(env, ...converted));
  });
  return each(apply, ...given.map((value, place) => "lw".includes(kinds[place]) ? new Whole(value) : value));
}
/** The value of an argument; what is left out between two commas counts as the function says. */
function argument(known, arg, kind, place, env) {
  if (arg.node === "literal" && arg.value === "" && "nc".includes(kind)) return VALUE;
  if (arg.node !== "literal" || arg.value !== null) return (known.passes ? evaluated : operand)(arg, env);
  if ("nc".includes(kind)) return ZERO;
  if ("tb".includes(kind)) return place + 1 < known.work.length ? omitted[kind] : undefined;
  return known.omitted ?? null;
}
class Whole { constructor(value) { this.value = value; } }
function finished(result) {
  if (typeof result === "number") return bounded(whole(result));
  if (result instanceof Dec) return bounded(result);
  if (Array.isArray(result) && result.length > 100000) return VALUE;
  return result === "" || result === undefined ? null : result;
}
export { caught, each, equal, fold, kept, number, order, text, toDay, truth };
