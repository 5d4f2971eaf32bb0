-- +goose Up

-- Writes a table anew from which rows were erased, in the order of its keys. As a
-- function of the owner's: an account that only serves owns no table.
-- +goose StatementBegin
CREATE FUNCTION rewrite(erased TEXT) RETURNS void LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = piaojue_projects, pg_temp AS $$
BEGIN
    CASE erased
        WHEN 'contacts' THEN CLUSTER contacts USING contacts_pkey;
        WHEN 'opinions' THEN CLUSTER opinions USING opinions_pkey;
        WHEN 'addresses' THEN CLUSTER addresses USING addresses_pkey;
    END CASE;
END
$$;
-- +goose StatementEnd

REVOKE ALL ON FUNCTION rewrite FROM PUBLIC;
