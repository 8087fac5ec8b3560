import { enter } from "../api.js"
import { field, form, h, select } from "../dom.js"

export const title = "Learn Python with a tutor"

const input = (name, attributes) => h("input", { name, required: true, ...attributes })
const email = () => field("E-mail", input("email", { type: "email", autocomplete: "email" }))

export function show(main) {
  main.append(
    h("p", { class: "lead" }, "Ask questions, run code, hand in exercises, and see what you have learned."),
    h("div", { class: "columns" }, register(), login()))
}

function register() {
  const role = select([["student", "Student"], ["teacher", "Teacher"]], "student")
  role.name = "role"
  const invite = field("School invite code", h("input", { name: "invite", autocomplete: "off" }),
    "Teachers need one; ./task env prints the one of a local system.")
  invite.hidden = true
  role.onchange = () => { invite.hidden = role.value !== "teacher" }
  const act = ({ elements }) => enter("register", {
    email: elements.email.value, password: elements.password.value, display_name: elements.display_name.value,
    role: role.value, invite: role.value === "teacher" ? elements.invite.value : null,
    time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC",
  })
  return h("section", { class: "card" }, h("h2", {}, "New here"), form("Create account", act,
    field("Name", input("display_name", { autocomplete: "name", maxlength: 100 })), email(),
    field("Password", input("password", { type: "password", autocomplete: "new-password", minlength: 8 }),
      "At least 8 characters."),
    field("I am a", role), invite))
}

function login() {
  const act = ({ elements }) => enter("login", { email: elements.email.value, password: elements.password.value })
  return h("section", { class: "card" }, h("h2", {}, "Sign in"), form("Sign in", act, email(),
    field("Password", input("password", { type: "password", autocomplete: "current-password" }))))
}
