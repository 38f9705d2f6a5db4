CREATE TABLE "My Tab.le" ("a""b" int, "select" text); CREATE SCHEMA "S s"; CREATE TABLE "S s"."T" ("Id" serial PRIMARY KEY);
