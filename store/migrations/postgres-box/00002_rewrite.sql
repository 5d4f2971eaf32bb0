-- +goose Up

-- Writes a table anew from which rows were erased, in the order of its keys. As a
-- function of the owner's: an account that only serves owns no table.
-- +goose StatementBegin
CREATE FUNCTION rewrite(erased TEXT) RETURNS void LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = piaojue_box, pg_temp AS $$
BEGIN
    CASE erased
        WHEN 'slots' THEN CLUSTER slots USING slots_pkey;
        WHEN 'chunks' THEN CLUSTER chunks USING chunks_pkey;
    END CASE;
END
$$;
-- +goose StatementEnd

REVOKE ALL ON FUNCTION rewrite FROM PUBLIC;
