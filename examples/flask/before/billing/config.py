import os


class Config:
    SECRET_KEY = "b1ll1ng-9Kd72hQxLw"  # expect: BL501
    API_KEY = os.environ.get("BILLING_API_KEY", "bk-5Tn20vRz8PcY")  # expect: BL504
    MAIL_PASSWORD = os.environ.get("MAIL_PASSWORD")
    PDF_DIR = "pdf"


class DevelopmentConfig(Config):
    SQLALCHEMY_DATABASE_URI = os.environ.get("DATABASE_URL", "sqlite:///billing.db")


class ProductionConfig(Config):
    SQLALCHEMY_DATABASE_URI = "postgresql://billing:Inv0ice-77@db.billing.internal:5432/billing"  # expect: BL502


CONFIGS = {"development": DevelopmentConfig, "production": ProductionConfig}
