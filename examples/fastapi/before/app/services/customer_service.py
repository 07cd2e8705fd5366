from sqlalchemy.exc import IntegrityError

from app.models import Customer


def import_customers(db, rows):  # expect: BL702
    created = 0
    skipped = 0
    for row in rows:
        db.add(Customer(email=row["email"], name=row["name"]))
        try:
            db.commit()  # expect: BL402
            created += 1
        except IntegrityError:  # expect: BL403
            skipped += 1
    return {"created": created, "skipped": skipped}
