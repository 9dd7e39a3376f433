-- The two roles, and the database: as PostgreSQL's superuser, once.
--   OWNER_PASSWORD=… APPLICATION_PASSWORD=… psql --file deploy/roles.sql
--
-- portal_owner owns every table and runs migrations. portal is what the application signs in as: it reads and writes rows, owns
-- nothing, and so can neither switch off the triggers that guard the history nor change a table.
-- The database sorts by code point (the portal sorts Swedish by itself), so no upgrade of the operating system can unsettle an index.
\set ON_ERROR_STOP on
\getenv owner_password OWNER_PASSWORD
\getenv application_password APPLICATION_PASSWORD
CREATE ROLE portal_owner LOGIN PASSWORD :'owner_password';
CREATE ROLE portal LOGIN PASSWORD :'application_password';
CREATE DATABASE portal OWNER portal_owner TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8';
REVOKE ALL ON DATABASE portal FROM PUBLIC;
GRANT CONNECT ON DATABASE portal TO portal;
\connect portal
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
ALTER DEFAULT PRIVILEGES FOR ROLE portal_owner GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO portal;
ALTER DEFAULT PRIVILEGES FOR ROLE portal_owner GRANT USAGE, SELECT ON SEQUENCES TO portal;
