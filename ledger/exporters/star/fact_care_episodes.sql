-- One row is one care episode; half-open. Short breaks (V3, V4) belong to no period of care.
SELECT
    position, journey, started_on, ended_on, expected_end_on, reason_started, reason_ended, legal_status, placement,
    provider, urn, place_change_reason, carer_changed, placement_changed, short_break, period_started_on,
    period_certain, known_on, basis, source_system
FROM care_episodes
WHERE NOT restricted
ORDER BY position
