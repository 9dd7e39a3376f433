from django import forms


class CleanTextField(forms.CharField):
    pass
