-- Which hints helped: the fault and the wording of each, and how the next hand-in of the exercise did.
ALTER TABLE debug_hints ADD COLUMN fault text, ADD COLUMN wording text;

CREATE VIEW hint_outcomes AS
SELECT h.fault, h.tier, h.wording,
       count(*) AS shown,
       count(later.share) AS followed,
       count(*) FILTER (WHERE later.share > coalesce(earlier.share, 0)) AS better,
       count(*) FILTER (WHERE later.share = 1) AS solved
  FROM debug_hints h
  LEFT JOIN LATERAL (
    SELECT g.passed::double precision / greatest(g.total, 1) AS share
      FROM submissions s JOIN grades g USING (submission_id)
     WHERE s.student_id = h.student_id AND s.exercise_id = h.place_id AND s.created_at <= h.shown_at
     ORDER BY s.created_at DESC LIMIT 1) earlier ON true
  LEFT JOIN LATERAL (
    SELECT g.passed::double precision / greatest(g.total, 1) AS share
      FROM submissions s JOIN grades g USING (submission_id)
     WHERE s.student_id = h.student_id AND s.exercise_id = h.place_id
       AND s.created_at > h.shown_at AND s.created_at <= h.shown_at + interval '1 day'
     ORDER BY s.created_at LIMIT 1) later ON true
 WHERE h.fault IS NOT NULL
 GROUP BY h.fault, h.tier, h.wording;
