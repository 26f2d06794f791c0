-- ratio(num, den): num / den as a decimal of 12 places, rounded half up from whole numbers (neither is negative);
-- NULL where the denominator is 0 or a part is not known.
CREATE OR REPLACE MACRO ratio(num, den) AS (
    CASE WHEN den <> 0 THEN
        CAST(
            CAST(
                (2 * CAST(num AS HUGEINT) * 1000000000000 + CAST(den AS HUGEINT)) // (2 * CAST(den AS HUGEINT))
                AS DECIMAL(24, 0)
            ) * CAST(0.000000000001 AS DECIMAL(12, 12)) AS DECIMAL(36, 12)
        )
    END
);

-- unless_unsupplied(n, told): n, or NULL where there is none and no source tells of such things: not supplied is not 0.
CREATE OR REPLACE MACRO unless_unsupplied(n, told) AS (CASE WHEN n > 0 OR told <> 'not supplied' THEN n END);

-- london_day(moment): the day in London of a moment in UTC. London is never behind UTC nor two hours ahead of it, so that
-- only late in the evening a time zone must be asked.
CREATE OR REPLACE MACRO london_day(moment) AS (
    CASE WHEN hour(moment) < 22 THEN CAST(moment AS DATE)
    ELSE CAST(timezone('Europe/London', timezone('UTC', moment)) AS DATE) END
);
