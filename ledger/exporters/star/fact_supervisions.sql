-- One row is one child discussed in supervision; children discussed together share a session.
SELECT
    position, journey, held_on, mode, session_id, supervisor, worker, pod, decision_recorded, owner, due_on, known_on,
    basis, source_system
FROM supervisions
WHERE NOT restricted
ORDER BY position
