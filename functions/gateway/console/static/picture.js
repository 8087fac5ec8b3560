// Progress as a picture that is a table, too.
import { h, number, s, when, words } from "./dom.js"

const PARTS = [["exercises", "Exercises"], ["quizzes", "Quizzes"], ["code_quality", "Code quality"], ["consistency", "Consistency"]]

/** A bar from 0 to 100; its number stands beside it. */
export function bar(value, kind = "") {
  const width = Math.max(0, Math.min(100, value))
  return s("svg", { class: `bar ${kind}`, viewBox: "0 0 100 8", preserveAspectRatio: "none", "aria-hidden": "true" },
    s("rect", { class: "track", width: 100, height: 8, rx: 1.5 }), s("rect", { class: "value", width, height: 8, rx: 1.5 }))
}

/** Draw the progress of a student: the streak, every topic with its four parts, and what was last. */
export function picture({ streak_days, topics, recent, last_active_at }) {
  const head = ["Topic", "Mastery", ...PARTS.map(([, label]) => label)]
  return [
    h("div", { class: "facts" },
      h("p", { class: "fact" }, h("strong", {}, String(streak_days)), streak_days === 1 ? " day in a row" : " days in a row"),
      h("p", { class: "fact" }, h("strong", {}, String(topics.filter(begun).length)), " of 8 topics begun"),
      h("p", { class: "fact" }, "Last active: ", when(last_active_at))),
    h("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": "Mastery by topic" }, h("table", { class: "mastery" },
      h("thead", {}, h("tr", {}, head.map((name) => h("th", { scope: "col" }, name)))), h("tbody", {}, topics.map(row)))),
    h("h2", {}, "Latest activity"),
    recent.length ? h("ul", { class: "rows" }, recent.map(activity)) : h("p", { class: "quiet" }, "Nothing yet."),
  ]
}

// A day of activity counts in every topic, so it tells nothing of one.
const begun = ({ components: { exercises, quizzes, code_quality } }) => exercises + quizzes + code_quality > 0

function row({ topic, mastery, level, provisional, components }) {
  return h("tr", {},
    h("th", { scope: "row" }, words(topic)),
    h("td", { class: "total", "data-label": "Mastery" }, bar(mastery, level), h("span", {}, `${number(mastery, 1)} · ${level}`,
      provisional ? h("small", {}, " (not enough data yet)") : "")),
    PARTS.map(([name, label]) => h("td", { "data-label": label }, bar(components[name], "part"), h("span", {}, number(components[name])))))
}

const KINDS = {
  "question.asked": "Asked a question", "code.executed": "Ran a program", "exercise.attempted": "Tried an exercise",
  "exercise.completed": "Passed an exercise", "quiz.graded": "Took a quiz", "code.reviewed": "Had code reviewed", "error.seen": "Met an error",
}

/** Show something that a student did. */
export function activity({ kind, topic, at, score }) {
  // A review gives points of 100, everything else a share.
  const points = (score ?? null) === null ? "" : kind === "code.reviewed" ? ` · quality ${number(score)} of 100` : ` · ${number(score * 100)} %`
  return h("li", {}, `${KINDS[kind] ?? words(kind.replace(".", " "))}${topic ? `, ${words(topic)}` : ""}${points} `, h("small", {}, when(at)))
}
