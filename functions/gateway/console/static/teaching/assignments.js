// What a class has to do until when: give it, see how many handed in, give a student more time.
import { TOPICS, call, once, query } from "../api.js"
import { button, count, field, form, h, notice, select, sure, when, words } from "../dom.js"
import { remember } from "./names.js"

/** Show the assignments of a class, and how to give one. */
export async function showAssignments(place, { class_id: id, role }) {
  const list = h("ul", { class: "rows" })
  const none = h("p", { class: "empty", hidden: true }, "Nothing is assigned yet.")
  const load = async () => {
    const [{ items }, students] = await Promise.all([call("GET", `/assignments${query({ class_id: id })}`), members(id)])
    list.replaceChildren(...items.map((one) => line(one, students, load, role)))
    none.hidden = items.length > 0
  }
  if (role !== "assistant") place.append(await giving(id, load))
  place.append(h("h3", {}, "Assigned"), list, none)
  await load()
}

async function members(id) {
  const { students } = await call("GET", `/classes/${id}/progress${query({ sort: "name", limit: 200 })}`)
  students.forEach((one) => remember(one.student_id, one.display_name))
  return students
}

async function giving(id, done) {
  const { items } = await call("GET", "/exercises/authored?limit=100")
  const written = items.filter((one) => one.status === "published").map((one) => [one.exercise_id, `The same for all: ${one.title}`])
  const what = select([["", "An exercise of their own for each"], ...written], written[0]?.[0] ?? "")
  const topic = select(TOPICS.map((name) => [name, words(name)]), "functions")
  const difficulty = select(["easy", "medium", "hard"].map((name) => [name, name]), "easy")
  const wish = h("div", { class: "row" }, field("Topic", topic), field("Difficulty", difficulty))
  what.onchange = () => { wish.hidden = what.value !== "" }
  what.onchange()
  const heading = h("input", { name: "title", maxlength: 100 })
  const due = h("input", { name: "due", type: "datetime-local" })
  const late = select([["", "Nothing is taken after the due date"], ["0", "Late costs nothing"], ["10", "10 % less for each day late"], ["25", "25 % less for each day late"]], "")
  const hints = h("input", { name: "hints", type: "checkbox", checked: true })
  const shows = h("input", { name: "show_score", type: "checkbox", checked: true })
  const give = form("Assign", async () => {
    const about = what.value ? { exercise_id: what.value } : { topic: topic.value, difficulty: difficulty.value }
    await call("POST", `/classes/${id}/assignments`, {
      ...about, title: heading.value || null, due: moment(due), late: late.value === "" ? null : { percent_a_day: Number(late.value) },
      hints: hints.checked, show_score: shows.checked,
    }, once())
    notice("Assigned. The students hear of it.")
    await done()
  }, field("What", what), wish, field("Title (optional)", heading), field("Due (optional)", due), field("Late hand-ins", late),
  h("label", { class: "choice" }, hints, "The tutor gives hints"), h("label", { class: "choice" }, shows, "Students see their score at once"))
  give.classList.add("card")
  return h("section", {}, h("h3", {}, "Assign something"), give)
}

/** Read a date and time of the reader's zone; null for none. */
const moment = (input) => (input.value ? new Date(input.value).toISOString() : null)

function line(one, students, load, role) {
  const about = one.quiz_id ? "quiz" : one.difficulty
  const actions = role === "assistant" ? "" : h("div", { class: "actions" }, one.show_score ? "" : button("Show scores", async () => {
    await call("PATCH", `/assignments/${one.assignment_id}`, { show_score: true })
    notice("The students see their scores now.")
    await load()
  }, { class: "small" }), button("Take back", async () => {
    if (!(await sure(`Take back “${one.title}”? Hand-ins stay; the date holds no longer.`, "Take back"))) return
    await call("DELETE", `/assignments/${one.assignment_id}`)
    await load()
  }, { class: "small", "aria-label": `Take back: ${one.title}` }))
  return h("li", {}, h("strong", {}, one.title), ` ${words(one.topic)}${about ? `, ${about}` : ""} · ${one.handed_in} of ${count(one.students, "student")} handed in`,
    h("br"), h("small", {}, one.due ? ["due ", when(one.due)] : "no due date", one.late ? `, ${one.late.percent_a_day} % less a day late` : "",
      one.hints ? "" : ", no hints", one.show_score ? "" : ", scores hidden"),
    actions, one.due && role !== "assistant" ? extending(one, students, load) : "")
}

function extending(one, students, load) {
  const who = select(students.map((student) => [student.student_id, student.display_name]), null)
  const due = h("input", { name: "due", type: "datetime-local", required: true })
  const extend = form("Give more time", async () => {
    await call("POST", `/assignments/${one.assignment_id}/extensions`, { student_id: who.value, due: moment(due) })
    notice("More time is given, and the student hears of it.")
    await load()
  }, field("Student", who), field("New due date", due))
  extend.classList.add("row")
  return h("details", {}, h("summary", {}, "More time for a student"), extend)
}
