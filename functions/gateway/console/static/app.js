// The frame: who is signed in, which view is shown, what is new.
import { leave, onSession, user } from "./api.js"
import { h, notice } from "./dom.js"
import { follow, listen } from "./stream.js"

const VIEWS = {
  chat: { label: "Chat", roles: ["student", "teacher"] },
  code: { label: "Code", roles: ["student", "teacher"] },
  exercises: { label: "Exercises", roles: ["student"] },
  quiz: { label: "Quiz", roles: ["student"] },
  progress: { label: "Progress", roles: ["student"] },
  classes: { label: "Classes", roles: ["teacher"] },
  alerts: { label: "Alerts", roles: ["teacher"] },
  journey: { label: "Journey", roles: ["student", "teacher"] },
}
const main = document.getElementById("main")
let leaving = new AbortController()

/** The view that the address asks for, if the user has it; otherwise the first one. */
function wanted() {
  const [name, parameter] = location.hash.replace(/^#\//, "").split("/")
  const { role } = user()
  if (VIEWS[name]?.roles.includes(role)) return [name, parameter]
  return [role === "teacher" ? "classes" : "chat", undefined]
}

async function show({ focus = true } = {}) {
  leaving.abort()
  leaving = new AbortController()
  const { signal } = leaving
  const [name, parameter] = user() ? wanted() : ["signin", undefined]
  frame(name)
  const view = await import(`./views/${name}.js`)
  if (signal.aborted) return
  document.title = `${view.title} · LearnFlow`
  const heading = h("h1", { tabindex: "-1" }, view.title)
  main.className = name
  main.replaceChildren(heading)
  if (focus) heading.focus({ preventScroll: true })
  scrollTo(0, 0)
  try {
    await view.show(main, { parameter, signal })
  } catch (error) {
    if (!signal.aborted) main.append(h("p", { class: "problem", role: "alert" }, error.message))
  }
}

function frame(current) {
  const nav = document.getElementById("nav")
  const account = document.getElementById("account")
  nav.hidden = account.hidden = !user()
  if (!user()) return
  const mine = Object.entries(VIEWS).filter(([, view]) => view.roles.includes(user().role))
  nav.replaceChildren(...mine.map(([name, { label }]) =>
    h("a", { href: `#/${name}`, "aria-current": name === current && "page" }, label)))
  nav.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" })
  account.replaceChildren(
    h("span", { id: "live", class: "live", title: "Whether what is new arrives by itself" }, live),
    h("span", { class: "who" }, user().display_name),
    h("button", { class: "plain", onclick: leave }, "Sign out"))
}

let live = "connecting"

listen("state", (state) => {
  live = state
  const place = document.getElementById("live")
  if (place) place.replaceChildren(state)
})
listen("alert", (alert) => {
  const who = alert.student?.display_name ?? "A student"
  notice(`${who} may need help. `, h("a", { href: "#/alerts" }, "Show alerts"))
})
onSession(() => {
  follow()
  show()
})
addEventListener("hashchange", () => show())
follow()
show({ focus: false })
