// The course of mastery over the last days, as a line that is told in words, too.
import { TOPICS, call } from "./api.js"
import { field, h, number, s, select, words } from "./dom.js"

const HEIGHT = 40

/** Draw mastery day by day, of all topics or of one. */
export async function makeCourse(path) {
  const { days } = await call("GET", path)
  const topic = select([["", "all topics"], ...TOPICS.map((name) => [name, words(name)])], "")
  const place = h("div")
  const draw = () => place.replaceChildren(line(days, topic.value))
  topic.onchange = draw
  draw()
  return h("section", { class: "card course" }, h("h2", {}, "The last 30 days"), field("Mastery of", topic), place)
}

function line(days, topic) {
  const values = days.map((one) => (topic ? one.topics[topic] ?? 0 : one.mastery))
  if (!values.length) return h("p", { class: "empty" }, "Nothing yet.")
  const x = (index) => (days.length === 1 ? 50 : (index / (days.length - 1)) * 100)
  const y = (value) => HEIGHT - (value / 100) * HEIGHT
  const points = values.map((value, index) => `${x(index)},${y(value)}`).join(" ")
  const active = days.filter((one) => one.active).length
  const said = `From ${number(values[0], 1)} on ${day(days[0].day)} to ${number(values.at(-1), 1)} on ${day(days.at(-1).day)}; active on ${active} of ${days.length} days.`
  return h("figure", {},
    s("svg", { class: "line", viewBox: `0 -2 100 ${HEIGHT + 7}`, preserveAspectRatio: "none", role: "img", "aria-label": said },
      [0, 50, 100].map((value) => s("line", { class: "grid", x1: 0, x2: 100, y1: y(value), y2: y(value) })),
      s("polyline", { class: "value", points }),
      days.map((one, index) => one.active && s("line", { class: "active", x1: x(index), x2: x(index), y1: HEIGHT + 2, y2: HEIGHT + 5 }))),
    h("figcaption", { class: "quiet" }, said))
}

// A day is a day of the student's, not a moment: no time zone may move it.
const day = (iso) => new Date(`${iso}T00:00:00Z`).toLocaleDateString(undefined, { dateStyle: "medium", timeZone: "UTC" })
