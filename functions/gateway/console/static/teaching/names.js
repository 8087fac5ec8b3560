// Names of students that were shown before: the page of a student begins with one.
import { call, query } from "../api.js"

const known = new Map()

/** Keep the name of a student. */
export const remember = (id, name) => name && known.set(id, name)

/** Find the name of a student one teaches. */
export async function nameOf(id) {
  for (let cursor = null; !known.has(id);) {
    const page = await call("GET", `/students${query({ limit: 200, cursor })}`)
    page.items.forEach((one) => remember(one.student_id, one.display_name))
    cursor = page.next_cursor
    if (!cursor) break
  }
  return known.get(id) ?? "A student"
}
