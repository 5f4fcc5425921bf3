/* What a form shows, asks for, closes and refuses, from the values that stand in it. Nothing here knows a page.
 *
 * A value is as the evaluator has it; blank is null, several are a list, the rows of a subform a list of objects.
 */
import { evaluate } from "../expression.js";
import { Clock, Day, Dec, Fault, Moment, abs, compare, dec, iso, round, show } from "../expression/values.js";
import { fromWall, onWall } from "../expression/zone.js";

/** The result of a tree; blank where a browser fails, for the server decides in the end. */
function evaluated(tree, env) {
  try { return evaluate(tree, env); } catch { return null; }
}
const holds = (rule, env) => typeof rule === "boolean" ? rule : evaluated(rule, env) === true;

/** A record under the names that formulas use: `amount`, and `plan.amount` for a column of a subform. */
function named(config, values, fixed) {
  const row = { ...fixed };
  for (const [key, value] of Object.entries(values)) {
    const inner = config.fields[key]?.fields;
    row[key] = inner ? value.map((_, place) => String(place)) : value;
    for (const name of Object.keys(inner ?? {})) row[`${key}.${name}`] = value.map((each) => each[name] ?? null);
  }
  return row;
}

const LARGEST = dec("1e15");
const written = (value) => {
  if (value instanceof Dec) return show(value);
  if (value instanceof Day) return iso(value);
  if (value instanceof Clock) return new Date(value.seconds * 1000).toISOString().slice(11, 19);
  return typeof value === "boolean" ? String(value).toUpperCase() : String(value);
};
const FITS = {
  number(value, { decimals = 0 }) {
    if (!(value instanceof Dec)) return null;
    const rounded = round(value, decimals);
    return compare(abs(rounded), LARGEST) < 0 ? rounded : null;
  },
  text: (value) => written(value).slice(0, 255),
  date: (value) => value instanceof Moment ? new Day(Math.floor(onWall(value.ms) / 864e5)) : value instanceof Day ? value : null,
  datetime: (value) => value instanceof Day ? new Moment(fromWall(value.days * 864e5)) : value instanceof Moment ? value : null,
  bool: (value) => typeof value === "boolean" ? value : null,
  time: (value) => value instanceof Clock ? value : null,
};
/** A result as its field holds it; an error, or what does not fit, is blank. */
function fitted(value, { type, look }) {
  const found = Array.isArray(value) ? value[0] ?? null : value;
  if (found === null || found === "" || found instanceof Fault) return null;
  return FITS[type] ? FITS[type](found, look) : found;
}
function compute(config, row, env) {
  const found = {};
  for (const key of config.formulas ?? []) {
    const field = config.fields[key];
    found[key] = row[key] = fitted(evaluated(field.formula, { ...env, row }), field);
  }
  return found;
}

/** Decide which fields are hidden; a hidden one is blank for those that come after it, with all it leads to. */
function hide({ order = [], fields }, row, env) {
  const view = { ...row }, hidden = new Set();
  for (const key of order) {
    if (fields[key].visible.every((rule) => holds(rule, { ...env, row: view }))) continue;
    hidden.add(key);
    for (const name of Object.keys(view)) {
      if (name === key || name.startsWith(`${key}.`)) view[name] = Array.isArray(view[name]) ? [] : null;
    }
  }
  return { view, hidden };
}

/** Return values with what the rows of subforms compute of themselves. */
function withRows(config, values, env) {
  const found = { ...values };
  for (const [key, field] of Object.entries(config.fields)) {
    if (field.formulas?.length && values[key]) found[key] = values[key].map((each) => ({ ...each, ...compute(field, { ...each }, env) }));
  }
  return found;
}

/** Decide what is hidden, asked for and closed among fields, of a record or of a row. */
function stateOf(config, row, env) {
  const { view, hidden } = hide(config, row, env);
  const required = new Set(), closed = new Set(), seen = { ...env, row: view };
  for (const [key, field] of Object.entries(config.fields)) {
    if (hidden.has(key)) continue;
    if (field.closed !== undefined && holds(field.closed, seen)) closed.add(key);
    else if (field.always || (field.required !== undefined && holds(field.required, seen))) required.add(key);
  }
  return { view, hidden, required, closed };
}

/** Return what will stand: what is typed into a hidden field is dropped, in a row that is new leaving nothing. */
function settled(config, values, fixed, env) {
  const typed = named(config, values, fixed);
  compute(config, typed, env);
  const { view, hidden } = hide(config, typed, env), found = { ...values };
  for (const [key, field] of Object.entries(config.fields)) {
    if (!(key in values)) continue;
    if (hidden.has(key)) found[key] = config.stands[key] ?? (field.fields ? [] : null);
    else if (field.order?.length) found[key] = values[key].map((row) => kept(field, row, view, env));
  }
  return found;
}
function kept(field, row, view, env) {
  if (row._id) return row;
  const { hidden } = hide(field, { ...view, ...row }, env);
  return Object.fromEntries(Object.entries(row).map(([key, value]) => [key, hidden.has(key) ? null : value]));
}

/** Decide everything. `given`: what stands in the inputs; `fixed`: what else the formulas read, by its name.
 * `rows`: key of a subform -> the states of its rows. `failed`: the checks that do not hold. */
export function decide(config, given, fixed, env) {
  const values = withRows(config, settled(config, withRows(config, given, env), fixed, env), env);
  const row = named(config, values, fixed);
  const computed = compute(config, row, env);
  const state = stateOf(config, row, env);
  const rows = {};
  for (const [key, field] of Object.entries(config.fields)) {
    if (field.fields && given[key]) rows[key] = given[key].map((each) => stateOf(field, { ...state.view, ...each }, env));
  }
  const failed = config.checks.filter(({ that, field }) => !state.hidden.has(field) && evaluated(that, { ...env, row }) === false);
  return { ...state, values, rows, computed, failed };
}
