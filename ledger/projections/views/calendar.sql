-- calendar_told: what `calendar` is made of: its days, and what must be counted from the first of them on.
CREATE OR REPLACE TABLE calendar_told AS
WITH days AS (
    SELECT CAST(generate_series AS DATE) AS day
    FROM generate_series(DATE '1975-01-01', DATE '2050-12-31', INTERVAL 1 DAY)
),
bank_holidays AS (
    SELECT unnest(CAST($holidays AS STRUCT(day DATE, holiday VARCHAR)[]), recursive := true)
),
marked AS (
    SELECT d.day, isodow(d.day) <= 5 AND h.day IS NULL AS working, h.holiday
    FROM days AS d
    LEFT JOIN bank_holidays AS h ON h.day = d.day
)
SELECT
    day, working, holiday,
    CAST(
        sum(CASE WHEN working THEN 1 ELSE 0 END) OVER (ORDER BY day ROWS UNBOUNDED PRECEDING) AS BIGINT
    ) AS working_number
FROM marked
ORDER BY day;

-- calendar: one row per day from 1975 to 2050. `working`: Monday to Friday and no bank holiday of England and Wales;
-- `holiday` its name; `working_number` how many working days there were from 1975 up to and including the day, so that
-- the n-th working day after a day is the working day whose number is n higher. `year` is the social-care year, by the
-- year of its 31 March; `quarter` is of that year, `2024 Q1` being April to June 2023; `month` is like `2023-04`.
CREATE OR REPLACE VIEW calendar AS
SELECT
    day, working, holiday, working_number,
    year(day) + CAST(month(day) >= 4 AS BIGINT) AS year,
    year || ' Q' || ((month(day) + 8) % 12 // 3 + 1) AS quarter,
    strftime(day, '%Y-%m') AS month
FROM calendar_told;
