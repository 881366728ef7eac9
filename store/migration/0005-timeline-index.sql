-- Measurements of a running system come for months; questions are for minutes.
CREATE INDEX sample_time ON sample (time);
