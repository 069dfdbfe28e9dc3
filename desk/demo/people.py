"""The accounts of the demonstration, by role."""

ACCOUNTS = [
    {"role": "coordinator", "name": "Karin Wouters", "email": "karin@demo.example"},
    {"role": "consultant", "name": "Yusuf Demir", "email": "yusuf@demo.example"},
    {"role": "consultant", "name": "Lotte Maes", "email": "lotte@demo.example"},
    {"role": "alderman", "name": "An Verlinden", "email": "an@demo.example"},
    {"role": "privacy officer", "name": "Pieter De Smet", "email": "pieter@demo.example"},
    {"role": "leader", "name": "Noor Claes", "email": "noor@demo.example"},
    {"role": "leader", "name": "Sami Haddad", "email": "sami@demo.example"},
]
