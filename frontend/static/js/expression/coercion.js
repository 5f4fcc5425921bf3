/* What a function makes of a value of another type: Excel's conversions. Blank is null. */
import { asNumber } from "./comparing.js";
import { numberOfText, writtenDay } from "./reading.js";
import { Clock, Day, Dec, Fault, Id, LAST, Moment, NUM, VALUE, dayOf, int, iso, numberText, shownDay, shownSerial, whole } from "./values.js";
import { onWall } from "./zone.js";

export function number(value) {
  if (value === null || value instanceof Dec) return value;
  if (value instanceof Fault) throw value;
  if (typeof value === "boolean") return whole(value ? 1 : 0);
  if (typeof value === "string") return numberOfText(value);
  if (Array.isArray(value)) return value.length ? number(value[0]) : null;
  return asNumber(value);
}
export function text(value) {
  if (value === null) return "";
  if (value instanceof Fault) throw value;
  if (typeof value === "boolean") return value ? "TRUE" : "FALSE";
  if (value instanceof Dec) return numberText(value);
  if (value instanceof Day) return iso(value);
  if (value instanceof Moment) return new Date(onWall(value.ms)).toISOString().slice(0, 19).replace("T", " ");
  if (value instanceof Clock) return clockText(value);
  if (value instanceof Id) return String(value.n);
  return Array.isArray(value) ? value.map(text).join(", ") : String(value);
}
export function clockText(value) {
  const two = (unit) => String(Math.floor(unit)).padStart(2, "0");
  return [value.seconds / 3600, (value.seconds / 60) % 60, value.seconds % 60].map(two).join(":");
}
export function truth(value) {
  if (value === null || typeof value === "boolean") return value;
  if (value instanceof Fault) throw value;
  if (value instanceof Dec || value instanceof Id) return value.n !== 0n;
  if (Array.isArray(value)) return value.length ? truth(value[0]) : null;
  if (typeof value === "string" && /^(true|false)$/i.test(value)) return value.toUpperCase() === "TRUE";
  if (value instanceof Day || value instanceof Moment) return true;
  throw VALUE;
}
/** A day as the calendar on the wall shows it. */
export function toDay(value) {
  if (value === null || value instanceof Day) return value;
  if (value instanceof Moment) return new Day(Math.floor(onWall(value.ms) / 864e5));
  const day = typeof value === "string" ? writtenDay(value) : null;
  if (day) return day;
  const found = number(value);
  if (found && found.n < 0n) throw NUM;
  return found === null ? null : dayOf(int(found));
}
/** A day as Excel's calendar shows it, with its two days that never were. */
export function toShown(value) {
  if (value === null) return null;
  if (value instanceof Day || value instanceof Moment) return shownDay(toDay(value));
  const day = typeof value === "string" ? writtenDay(value) : null;
  if (day) return shownDay(day);
  const found = number(value);
  if (found === null) return null;
  if (found.n < 0n || int(found) > LAST) throw NUM;
  return shownSerial(int(found));
}
/** Days since 1900, not below zero. */
export function serial(value) {
  const found = number(value);
  if (found && found.n < 0n) throw NUM;
  return found;
}
