/* What stands in the inputs of a form, as the evaluator has it; what cannot be read is blank. */
import { decode } from "../expression.js";
import { fromWall } from "../expression/zone.js";
import { Clock, Day, Id, Moment, dec } from "../expression/values.js";

const TENS = { 万: "10000", 亿: "100000000" };
const NUMBER = /^[^\d.+-]*([+-]?)\s*[^\d.+-]*((?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d*)?)\s*([万亿]?)[^\d.]*$/;

function number(text) {
  const found = NUMBER.exec(text.normalize("NFKC").replace("\u2212", "-"));
  if (!found || !/\d/.test(found[2])) return null;
  const factor = TENS[found[3]];
  const value = dec(found[1] + found[2].replaceAll(",", ""));
  return factor ? dec(String(BigInt(value.n) * BigInt(factor)) + `e-${value.s}`) : value;
}
function day(text) {
  const ms = Date.parse(`${text}T00:00:00Z`);
  return Number.isNaN(ms) ? null : new Day(ms / 864e5);
}
function clock(text) {
  const found = /^(\d{1,2}):(\d{2})(?::(\d{2}))?$/.exec(text);
  return found ? new Clock(found[1] * 3600 + found[2] * 60 + Number(found[3] ?? 0)) : null;
}
function moment(text) {
  const ms = Date.parse(`${text}Z`);
  return Number.isNaN(ms) ? null : new Moment(fromWall(ms));
}
const id = (text) => /^\d+$/.test(text) ? new Id(text) : null;
const READ = { number, date: day, time: clock, datetime: moment, id, bool: (text) => text === "true" };

/** One posted value, or several, of a type. */
export function typed(type, texts) {
  const given = texts.filter((each) => typeof each === "string" && each.trim() !== "").map((each) => each.trim());
  if (type === "ids" || type === "file") return given.map(id).filter(Boolean);
  if (type === "options") return given;
  const text = given[given.length - 1] ?? "";
  if (text === "") return null;
  return READ[type] ? READ[type](text) : text;
}

/** What an input holds, sent or not, without blanks. */
export function textsOf(form, name) {
  const found = [];
  for (const input of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) found.push(...held(input));
  return found.filter((each) => each !== "");
}
function held(input) {
  if (input.type === "file" || (["checkbox", "radio"].includes(input.type) && !input.checked)) return [];
  return input.selectedOptions ? [...input.selectedOptions].map((each) => each.value) : [input.value];
}

/** Read a form. Fields that have no input here are left out; a row has every field, blank or not. */
export function read(form, config) {
  const posted = new Map();
  for (const input of form.elements) {
    if (input.name) posted.set(input.name, [...(posted.get(input.name) ?? []), ...held(input)]);
  }
  const values = {};
  for (const [key, field] of Object.entries(config.fields)) {
    if (!posted.has(key)) continue;
    values[key] = field.fields ? rows(posted, key, field) : typed(field.type, posted.get(key));
  }
  return values;
}

function rows(posted, key, field) {
  const found = [];
  for (const name of posted.keys()) {
    const [head, place, inner] = name.split(".");
    if (head === key && inner) found[Number(place)] ??= {};
  }
  return [...found].map((_, place) => ({
    ...Object.fromEntries(Object.entries(field.fields).map(([name, { type }]) => [name, typed(type, posted.get(`${key}.${place}.${name}`) ?? [])])),
    _id: posted.get(`${key}.${place}._id`)?.[0] ?? null,
  }));
}

/** What the server said, decoded: names to values, rows of a subform to such objects. */
export const decoded = (cells) => cells && Object.fromEntries(Object.entries(cells).map(
  ([name, given]) => [name, Array.isArray(given) ? given.map(decoded) : decode(given)],
));
