/* FILTER over the records of a path: its condition is asked of each record, figures in it are of all. */
import { truth } from "./coercion.js";
import { caught } from "./lifting.js";
import { Fault, VALUE } from "./values.js";

// What takes a list as a whole: in a condition about one record it still means all of them.
const WHOLE = new Set((
  "SUM SUMSQ PRODUCT AVERAGE AVERAGEA MIN MINA MAX MAXA COUNT COUNTA COUNTBLANK COUNTIF COUNTIFS SUMIF SUMIFS AVERAGEIF " +
  "AVERAGEIFS MAXIFS MINIFS SUMPRODUCT MEDIAN MODE LARGE SMALL RANK PERCENTILE STDEV STDEVP VAR VARP FILTER SORT FIRST " +
  "LAST UNIQUE JOIN LOOKUP TEXTJOIN"
).split(" "));
const within = (path, records) => path.length > records.length && records.every((key, at) => path[at] === key);

/** The node with what is directly below it exchanged. */
function mapped(node, change) {
  switch (node.node) {
    case "call": return { ...node, args: node.args.map(change) };
    case "list": return { ...node, items: node.items.map(change) };
    case "unary": return { ...node, operand: change(node.operand) };
    case "binary": return { ...node, left: change(node.left), right: change(node.right) };
    case "array": return { ...node, rows: node.rows.map((row) => row.map(change)) };
    default: return node;
  }
}
/** The condition of one record, what it names of all records, and the paths it reads of each. */
function apart(listed, condition) {
  const wholes = [], read = [];
  const cut = (node) => {
    if (node.node === "ref") read.push(node.path);
    if (node.node !== "call" || !WHOLE.has(node.name)) return mapped(node, cut);
    wholes.push(node);
    return { node: "ref", path: [`#${wholes.length - 1}`] };
  };
  const inner = cut(condition);
  const records = read.some((path) => within(path, listed.path)) ? listed.path : listed.path.slice(0, -1);
  const keys = records.length ? read.filter((path) => within(path, records)).map((path) => path.join(".")) : [];
  return { inner, wholes, keys: [...new Set(keys)] };
}

/** What the call gives; undefined where it is no condition about records that line up. */
export function filtered(node, env, { evaluated, operand }) {
  const [listed, condition] = node.args;
  if (!condition || listed.node !== "ref") return undefined;
  node.apart ??= apart(listed, condition);
  const { inner, wholes, keys } = node.apart;
  const items = evaluated(listed, env), lists = keys.map((key) => env.row[key]);
  if (!keys.length || !Array.isArray(items)) return undefined;
  if (!lists.every((list) => Array.isArray(list) && list.length === items.length)) return undefined;
  const row = { ...env.row };
  wholes.forEach((each, at) => { row[`#${at}`] = operand(each, env); });
  const found = [];
  for (let at = 0; at < items.length; at += 1) {
    keys.forEach((key, place) => { row[key] = lists[place][at]; });
    const answer = operand(inner, { ...env, row });
    if (answer instanceof Fault) return answer;
    if (Array.isArray(answer)) return VALUE;
    const said = caught(() => truth(answer));
    if (said instanceof Fault) return said;
    if (said === true) found.push(items[at]);
  }
  return found;
}
