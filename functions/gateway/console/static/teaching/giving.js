// Giving an exercise: to a class, to some of it, or to one student.
import { TOPICS, call, newKey, once, query } from "../api.js"
import { count, field, form, h, select, words } from "../dom.js"

const WHOM = [
  ["{}", "everybody in the class"], ['{"level":"beginner"}', "beginners only"], ['{"level":"learning"}', "students who are learning"],
  ['{"level":"proficient"}', "proficient students"], ['{"alerts":true}', "students with open alerts"],
  ['{"inactive_days":7}', "students inactive for a week"],
]
const LONGEST_PAUSE_S = 60

/** Make a form for an exercise; `give` gets what was chosen. */
export function exerciseForm(label, give, ...first) {
  const topic = select(TOPICS.map((name) => [name, words(name)]), "functions")
  const difficulty = select(["easy", "medium", "hard"].map((name) => [name, name]), "easy")
  const note = h("input", { name: "note", maxlength: 500, placeholder: "For example: please by Friday" })
  const element = form(label, () => give({ topic: topic.value, difficulty: difficulty.value, note: note.value || null }),
    ...first, field("Topic", topic), field("Difficulty", difficulty), field("Note (optional)", note))
  return element
}

/** Show how to give an exercise to a class. */
export function showGiving(place, { class_id: id }, signal) {
  const whom = select(WHOM, "{}")
  const state = h("div", { role: "status" })
  let last = null
  const give = async (wanted) => {
    const students = await chosen(id, JSON.parse(whom.value))
    // Sent again, the same wish goes only to those who do not have it yet.
    const text = JSON.stringify([wanted, whom.value])
    if (last?.text !== text) last = { text, key: newKey() }
    await toAll(students, wanted, last.key, state, signal)
    last = null
  }
  const element = exerciseForm("Give it", give, field("To", whom))
  element.classList.add("card")
  place.append(h("p", {}, "Each student gets their own version. They are notified straight away and see your note."), element, state)
}

async function chosen(id, filters) {
  const found = []
  for (let cursor = null, more = true; more;) {
    const page = await call("GET", `/classes/${id}/progress${query({ ...filters, limit: 200, cursor })}`)
    found.push(...page.students)
    cursor = page.next_cursor
    more = cursor !== null
  }
  return found
}

async function toAll(students, wanted, key, state, signal) {
  if (!students.length) return state.replaceChildren(h("p", { class: "empty" }, "There is no such student in this class."))
  const bar = h("progress", { max: students.length, value: 0, "aria-label": "Students who have it" })
  state.replaceChildren(bar)
  for (const [index, one] of students.entries()) {
    if (signal.aborted) return
    await patiently(() => call("POST", `/students/${one.student_id}/exercises`, wanted, once(`${key}-${one.student_id}`)))
    bar.value = index + 1
  }
  state.replaceChildren(h("p", { class: "status good" }, `Given to ${count(students.length, "student")}.`),
    h("p", { class: "quiet" }, "The page of each student shows how far they came with it."))
}

/** Do something, later when the API asks to wait a moment. */
async function patiently(act) {
  for (let tries = 0; ; tries++) {
    try {
      return await act()
    } catch (error) {
      if (!error.retryAfter || error.retryAfter > LONGEST_PAUSE_S || tries === 3) throw error
      await new Promise((resolve) => setTimeout(resolve, error.retryAfter * 1000))
    }
  }
}
