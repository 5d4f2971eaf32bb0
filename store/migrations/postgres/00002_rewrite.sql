-- +goose Up

-- Writes a table anew from which rows were erased, in the order of its keys. As a
-- function of the owner's: an account that only serves owns no table.
-- +goose StatementBegin
CREATE FUNCTION rewrite(erased TEXT) RETURNS void LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = piaojue, pg_temp AS $$
BEGIN
    CASE erased
        WHEN 'issuances' THEN CLUSTER issuances USING issuances_pkey;
        WHEN 'seeds' THEN CLUSTER seeds USING seeds_pkey;
    END CASE;
END
$$;
-- +goose StatementEnd

REVOKE ALL ON FUNCTION rewrite FROM PUBLIC;
