"""Personal data of this app: the people named by the programme in their office."""

from core.personal import Ground, PersonalField, register

register(
    [
        PersonalField(
            model="programmes.edition",
            field="contact_email",
            purpose="Where the public and volunteers reach the youth service",
            ground=Ground.PUBLIC_TASK,
            access="public, on every page",
            retention="as long as the edition is kept; replaced when somebody else takes over",
            export=False,
            erasure=False,
        ),
        PersonalField(
            model="programmes.edition",
            field="signatory",
            purpose="Who signs certificates on behalf of the city, by name and office",
            ground=Ground.PUBLIC_TASK,
            access="everybody who sees a certificate",
            retention="as long as the edition is kept; replaced when somebody else takes over",
            export=False,
            erasure=False,
        ),
    ]
)
