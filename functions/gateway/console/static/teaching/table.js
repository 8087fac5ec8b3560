// The table of a class: searched, filtered, sorted and cut into pages by the API.
import { TOPICS, call, query } from "../api.js"
import { button, count, field, h, notice, number, select, when, words } from "../dom.js"
import { bar } from "../picture.js"
import { listen } from "../stream.js"
import { remember } from "./names.js"

const SIZE = 20
const COLUMNS = [
  ["name", "Student"], ["mastery", "Mastery"], ["streak_days", "Streak"], ["open_alerts", "Open alerts"],
  ["last_active_at", "Last active"], ["last_seen_at", "Last seen"],
]
const LEVELS = ["beginner", "learning", "proficient", "mastered"]
// Who comes back from a student finds the table as it was.
const kept = new Map()

/** Show the students of a class. */
export async function showTable(place, { class_id: id, name, students }, signal) {
  if (!kept.has(id)) kept.set(id, { sort: "name", filters: {}, cursors: [null] })
  const state = kept.get(id)
  const table = h("div")
  const load = async () => {
    const cursor = state.cursors.at(-1)
    const found = await call("GET", `/classes/${id}/progress${query({ ...state.filters, sort: state.sort, limit: SIZE, cursor })}`)
    if (signal.aborted) return
    found.students.forEach((one) => remember(one.student_id, one.display_name))
    table.replaceChildren(draw(found, state, reload, name, students))
  }
  const reload = (change) => {
    change?.(state)
    return load().catch((error) => notice(error.message))
  }
  place.append(students ? filters(state, reload) : "", table)
  listen("alert", () => reload(), signal)
  await load()
}

function filters(state, reload) {
  const controls = {
    name: ["Name", h("input", { type: "search", maxlength: 100, autocomplete: "off" })],
    topic: ["Mastery of", select([["", "all topics"], ...TOPICS.map((one) => [one, words(one)])], state.filters.topic ?? "")],
    level: ["Level", select([["", "any level"], ...LEVELS.map((one) => [one, one])], state.filters.level ?? "")],
    alerts: ["Alerts", select([["", "with or without"], ["true", "with open alerts"], ["false", "without"]], state.filters.alerts ?? "")],
    inactive_days: ["Activity", select([["", "any"], ["3", "none for 3 days"], ["7", "none for a week"], ["14", "none for two weeks"]], state.filters.inactive_days ?? "")],
  }
  controls.name[1].value = state.filters.name ?? ""
  const act = () => reload(() => {
    state.filters = Object.fromEntries(Object.entries(controls).map(([key, [, control]]) => [key, control.value.trim()]))
    state.cursors = [null]
  })
  let typing = 0
  const oninput = (event) => {
    clearTimeout(typing)
    typing = setTimeout(act, event.target === controls.name[1] ? 250 : 0)
  }
  const onsubmit = (event) => event.preventDefault()
  return h("form", { class: "row filters", role: "search", "aria-label": "Which students", onsubmit, oninput },
    Object.values(controls).map(([label, control]) => field(label, control)))
}

function draw({ students, next_cursor: next }, state, reload, name, total) {
  const filtered = Object.values(state.filters).some(Boolean)
  if (!students.length && !filtered) return h("p", { class: "empty" }, "Nobody has joined yet: give out the code, or put your students on the roster.")
  if (!students.length) return h("p", { class: "empty", role: "status" }, "No student fits this.")
  const first = (state.cursors.length - 1) * SIZE + 1
  const last = first + students.length - 1
  const of = filtered ? "" : ` of ${number(total)}`
  const all = first === 1 && !next ? count(last, "student") : `Students ${first} to ${last}${of}`
  const turn = (label, on, change) => button(label, () => reload(change), { disabled: !on })
  return h("div", {},
    h("p", { class: "quiet", role: "status" }, all),
    h("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": `Students of ${name}` }, h("table", { class: "class" },
      h("thead", {}, h("tr", {}, COLUMNS.map((column) => head(column, state, reload)))),
      h("tbody", {}, students.map((one) => row(one, state.filters.topic))))),
    state.cursors.length > 1 || next ? h("div", { class: "actions" },
      turn("Previous page", state.cursors.length > 1, ({ cursors }) => cursors.pop()),
      turn("Next page", next, ({ cursors }) => cursors.push(next))) : "")
}

function head([key, label], state, reload) {
  const up = state.sort === key
  const down = state.sort === `-${key}`
  const turn = () => reload(() => {
    // Of numbers and times, the greatest are looked for first.
    state.sort = up ? `-${key}` : down ? key : key === "name" ? key : `-${key}`
    state.cursors = [null]
  })
  return h("th", { scope: "col", "aria-sort": up ? "ascending" : down ? "descending" : null },
    button([label, h("span", { class: "arrow", "aria-hidden": "true" }, up ? " ▲" : down ? " ▼" : "")], turn, { class: "sort" }))
}

function row(one, topic) {
  const mastery = topic ? one.topics[topic] : one.mastery
  return h("tr", {},
    h("th", { scope: "row" }, h("a", { href: `#/student/${one.student_id}` }, one.display_name)),
    h("td", { class: "total", "data-label": "Mastery" }, bar(mastery, topic ? "" : one.level), h("span", {}, topic ? number(mastery, 1) : `${number(mastery, 1)} · ${one.level}`)),
    h("td", { "data-label": "Streak" }, count(one.streak_days, "day")),
    h("td", { "data-label": "Open alerts" }, one.open_alerts
      ? h("a", { href: `#/student/${one.student_id}`, class: "badge", "aria-label": `${count(one.open_alerts, "open alert")} of ${one.display_name}` }, number(one.open_alerts)) : "none"),
    h("td", { "data-label": "Last active" }, when(one.last_active_at)),
    h("td", { "data-label": "Last seen" }, when(one.last_seen_at)))
}
