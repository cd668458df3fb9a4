DROP TABLE hims_sign_on;
