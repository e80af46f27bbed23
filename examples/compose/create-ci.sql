-- Run once by the PostgreSQL of docker-compose.yml, beside its database main.
CREATE DATABASE ci;
