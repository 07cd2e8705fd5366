from django import forms

from stock.models import Product, Warehouse


class CountForm(forms.Form):
    product = forms.ModelChoiceField(Product.objects.all())
    warehouse = forms.ModelChoiceField(Warehouse.objects.all())
    quantity = forms.IntegerField(min_value=0)
