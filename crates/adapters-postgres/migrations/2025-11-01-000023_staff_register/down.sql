DROP TRIGGER hims_staff_switched ON users;
DROP FUNCTION hims_account_switched();
DROP TABLE hims_staff;
