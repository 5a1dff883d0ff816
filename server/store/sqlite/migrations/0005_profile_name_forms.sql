-- The normal form of the name, as in `extra`; x'' where it is blank, or not known: a profile that
-- was stored before has it from its next save on.
ALTER TABLE profiles ADD COLUMN name_form BLOB NOT NULL DEFAULT x'';
CREATE INDEX profiles_by_name_form ON profiles (firm, name_form, profile_id)
  WHERE name_form <> x'';
