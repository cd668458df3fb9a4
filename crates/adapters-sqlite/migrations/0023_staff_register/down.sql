DROP TRIGGER hims_staff_switched;
DROP TABLE hims_staff;
