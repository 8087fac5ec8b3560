// Who is in a class, who is expected, and putting students into it.
import { call } from "../api.js"
import { button, count, field, form, h, notice, sure, when } from "../dom.js"
import { makeList } from "../lists.js"
import { remember } from "./names.js"

const BECAME = { enrolled: "is in the class", invited: "is expected: joins on signing up", unchanged: "was there before", refused: "was refused" }

/** Show the roster of a class. */
export async function showRoster(place, { class_id: id, name, students }) {
  const report = h("div", { "aria-live": "polite" })
  const members = makeList({
    path: `/classes/${id}/progress`, values: () => ({ sort: "name" }), size: 50, pick: (page) => page.students,
    item: (one) => member(one, id, name, () => refresh()), empty: "Nobody has joined yet.",
  })
  const expected = makeList({
    path: `/classes/${id}/roster`, size: 50, empty: "Nobody is expected: everybody on the roster has signed up.",
    item: (one) => h("li", {}, h("strong", {}, one.name ?? one.email), one.name ? ` ${one.email} ` : " ", h("small", {}, "since ", when(one.invited_at))),
  })
  const refresh = () => Promise.all([members.load(), expected.load()])
  const enter = async (csv) => {
    report.replaceChildren(drawn(await call("POST", `/classes/${id}/roster`, csv, { "Content-Type": "text/csv" })))
    await refresh()
  }
  place.append(
    h("div", { class: "columns" }, one(enter), several(enter)), report,
    h("div", { class: "columns" },
      h("section", {}, h("h3", {}, `In the class (${students})`), members.element),
      h("section", {}, h("h3", {}, "Expected"), expected.element)))
  await refresh()
}

const quoted = (text) => `"${text.replaceAll('"', '""')}"`

function one(enter) {
  const email = h("input", { name: "email", type: "email", required: true, maxlength: 254, autocomplete: "off" })
  const name = h("input", { name: "student_name", maxlength: 100, autocomplete: "off" })
  const add = form("Add student", async () => {
    await enter(new Blob([`email,name\n${quoted(email.value)},${quoted(name.value)}\n`]))
    email.value = name.value = ""
  }, field("E-mail", email), field("Name (optional)", name, "Students with an account are added right away; others join when they sign up with this address."))
  return h("section", { class: "card" }, h("h3", {}, "Add a student"), add)
}

function several(enter) {
  const file = h("input", { name: "roster", type: "file", accept: ".csv,text/csv", required: true })
  const add = form("Import", async (element) => {
    await enter(file.files[0])
    element.reset()
  }, field("CSV file", file, "As spreadsheets save it: the first row names the columns email and name. The same file again changes nothing."))
  return h("section", { class: "card" }, h("h3", {}, "Import a list"), add)
}

/** Draw what became of each row of a file. */
function drawn({ enrolled, invited, unchanged, refused, rows }) {
  const said = [[enrolled, "in the class now"], [invited, "expected"], [unchanged, "unchanged"], [refused, "refused"]]
  const line = (row) => h("li", { class: row.status === "refused" ? "bad" : "good" },
    h("strong", {}, row.email || `Line ${row.line}`), ` ${BECAME[row.status]}${row.message ? ` (line ${row.line}, ${row.message})` : ""}`)
  return h("section", { class: "card" }, h("h3", {}, "What became of the list"),
    h("p", { class: `status ${refused ? "bad" : "good"}` }, said.filter(([many]) => many).map(([many, what]) => `${many} ${what}`).join(", ")),
    h("ul", { class: "tests" }, rows.filter((row) => row.status === "refused").map(line)),
    h("details", {}, h("summary", {}, `All ${count(rows.length, "row")}`), h("ul", { class: "tests" }, rows.map(line))))
}

function member(one, id, name, refresh) {
  remember(one.student_id, one.display_name)
  const remove = button("Remove from class", async () => {
    if (!(await sure(`Remove ${one.display_name} from ${name}? You will no longer see their progress; they keep their work.`, "Remove from class"))) return
    await call("DELETE", `/classes/${id}/students/${one.student_id}`)
    notice(`${one.display_name} is not in ${name} any more.`)
    await refresh()
  }, { "aria-label": `Remove from class: ${one.display_name}`, class: "small" })
  return h("li", { class: "split" }, h("a", { href: `#/student/${one.student_id}` }, one.display_name), remove)
}
