from wtforms import DecimalField, Form, IntegerField
from wtforms.validators import InputRequired, NumberRange


class PaymentForm(Form):
    invoice_id = IntegerField(validators=[InputRequired()])
    amount = DecimalField(validators=[InputRequired(), NumberRange(min=0)])
