// Quizzes that were begun, with the answers so far: kept in this browser until they are handed in.
import { user } from "./api.js"

const MOST = 5
const key = () => `learnflow-quizzes-${user().id}`

/** List them, begun last first: [{quiz_id, topic, begun, answers}]. */
export function unfinished() {
  try {
    return JSON.parse(localStorage.getItem(key()) ?? "[]")
  } catch {
    return []
  }
}

const keep = (all) => localStorage.setItem(key(), JSON.stringify(all.slice(0, MOST)))

/** Find one, or what an unknown one begins with. */
export const begun = ({ quiz_id, topic }) =>
  unfinished().find((one) => one.quiz_id === quiz_id) ?? { quiz_id, topic, begun: new Date().toISOString(), answers: {} }

/** Keep one as it is now. */
export const save = (quiz) => keep([quiz, ...unfinished().filter((one) => one.quiz_id !== quiz.quiz_id)])

/** Forget one: it was handed in, or it is not there any more. */
export const forget = (id) => keep(unfinished().filter((one) => one.quiz_id !== id))
