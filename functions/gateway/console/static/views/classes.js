import { call } from "../api.js"
import { field, form, h, select } from "../dom.js"
import { parts } from "../lists.js"
import { showAssignments } from "../teaching/assignments.js"
import { showGiving } from "../teaching/giving.js"
import { showHandIns } from "../teaching/hand_ins.js"
import { showRoster } from "../teaching/roster.js"
import { showTable } from "../teaching/table.js"

export const title = "Classes"

const PARTS = { students: ["Students", showTable], assignments: ["Assignments", showAssignments], "hand-ins": ["Hand-ins", showHandIns], give: ["Give an exercise", showGiving], roster: ["Roster", showRoster] }

export async function show(main, { parameters: [id, part = "students"], signal }) {
  const { items } = await call("GET", "/classes?limit=100")
  const shown = items.find((one) => one.class_id === id) ?? items[0]
  if (!shown) return main.append(h("p", { class: "empty" }, "You have no class yet. Open one, and give its code to your students."), opening(true))
  const place = h("section", { "aria-label": shown.name })
  const [, showPart] = PARTS[part] ?? PARTS.students
  const address = (name) => `classes/${shown.class_id}${name === "students" ? "" : `/${name}`}`
  main.append(
    items.length > 1 ? choice(items, shown) : "",
    h("h2", {}, shown.name),
    h("p", {}, "Students join with the code ", h("code", { class: "joincode" }, shown.join_code), " under Progress."),
    parts(shown.name, Object.entries(PARTS).map(([name, [label]]) => [address(name), label]), address(part in PARTS ? part : "students")),
    place, opening(false))
  await showPart(place, shown, signal)
}

function choice(items, shown) {
  const chosen = select(items.map((one) => [one.class_id, `${one.name} (${one.students})`]), shown.class_id)
  chosen.onchange = () => { location.hash = `#/classes/${chosen.value}` }
  return field("Class", chosen)
}

function opening(open) {
  const name = h("input", { name: "name", required: true, maxlength: 100 })
  const make = form("Open a class", async () => {
    const made = await call("POST", "/classes", { name: name.value })
    location.hash = `#/classes/${made.class_id}`
  }, field("Name of a new class", name))
  make.classList.add("row")
  return h("details", { class: "card", open }, h("summary", {}, "Open a new class"), make)
}
