/* People and departments: answered from the directory the server sent along. Ids it does not hold answer blank. */
import { define } from "./table.js";
import { Dec, Id, ONE, VALUE, ZERO, int } from "./values.js";

const OPTIONS = { blanks: true };
/** `directory`: roles, department and members by id, managers and heads by id as chains, nearest first. */
const ask = (env, what, id) => env.directory?.[what]?.[String(id.n)] ?? null;
function idOf(given) {
  if (given instanceof Id) return given;
  const digits = given instanceof Dec && !given.s ? String(given.n) : typeof given === "string" ? given : "";
  if (!/^\d+$/.test(digits)) throw VALUE;
  return new Id(digits);
}
const known = (id) => (id === null || id === undefined ? null : new Id(id));
const someone = (env, person) => (person === null ? known(env.user) : idOf(person));
const somewhere = (env, department) => (department === null ? known(env.department) : idOf(department));
function levelsOf(levels) {
  const count = int(levels);
  if (levels.n < 0n || count > 50) throw VALUE;
  return count;
}
const listOf = (values, make) => (values ?? []).map(make);

define("USER", "", (env) => known(env.user));
define("DEPARTMENT", "a", (env, person = null) => person === null ? known(env.department) : known(ask(env, "department", idOf(person))), OPTIONS);
define("ROLE", "a", (env, person = null) => {
  const who = someone(env, person);
  return who ? listOf(ask(env, "roles", who), String) : [];
}, OPTIONS);
define("MANAGER", "an", (env, person = null, levels = ONE) => {
  const who = someone(env, person), count = levelsOf(levels ?? ONE);
  if (!who) return null;
  return count ? known(ask(env, "managers", who)?.[count - 1]) : who;
}, OPTIONS);
define("HEAD", "an", (env, department = null, levels = ZERO) => {
  const where = somewhere(env, department), count = levelsOf(levels ?? ZERO);
  return where ? known(ask(env, "heads", where)?.[count]) : null;
}, OPTIONS);
define("MEMBERS", "a", (env, department = null) => {
  const where = somewhere(env, department);
  return where ? listOf(ask(env, "members", where), (id) => new Id(id)) : [];
}, OPTIONS);
