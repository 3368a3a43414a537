#include "store/migrations/postgres.hpp"

namespace quickclinic::store {

// The columns that the server uses (contract, section 2), with the types, names of constraints and
// rules that the web application's ORM gives them: brought to this database it finds its own
// tables, and adds what they lack.
const char* const postgres_clinic_tables = R"sql(
CREATE TYPE public."Role" AS ENUM ('PATIENT', 'DOCTOR', 'ADMIN');

CREATE TABLE public."User" (
  "id" TEXT NOT NULL,
  "email" TEXT NOT NULL,
  "name" TEXT NOT NULL,
  "password" TEXT NOT NULL,
  "role" public."Role" NOT NULL DEFAULT 'PATIENT',
  "isActive" BOOLEAN NOT NULL DEFAULT true,
  "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "updatedAt" TIMESTAMP(3) NOT NULL,
  CONSTRAINT "User_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "User_email_key" ON public."User" ("email");

CREATE TABLE public."Doctor" (
  "id" TEXT NOT NULL,
  "userId" TEXT NOT NULL,
  CONSTRAINT "Doctor_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "Doctor_userId_fkey" FOREIGN KEY ("userId") REFERENCES public."User" ("id")
    ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE UNIQUE INDEX "Doctor_userId_key" ON public."Doctor" ("userId");

CREATE TABLE public."Patient" (
  "id" TEXT NOT NULL,
  "userId" TEXT NOT NULL,
  CONSTRAINT "Patient_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "Patient_userId_fkey" FOREIGN KEY ("userId") REFERENCES public."User" ("id")
    ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE UNIQUE INDEX "Patient_userId_key" ON public."Patient" ("userId");

CREATE TABLE public."DoctorPatientRelation" (
  "id" TEXT NOT NULL,
  "doctorsUserId" TEXT NOT NULL,
  "patientsUserId" TEXT NOT NULL,
  "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "updatedAt" TIMESTAMP(3) NOT NULL,
  CONSTRAINT "DoctorPatientRelation_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "DoctorPatientRelation_doctorsUserId_fkey" FOREIGN KEY ("doctorsUserId")
    REFERENCES public."Doctor" ("userId") ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT "DoctorPatientRelation_patientsUserId_fkey" FOREIGN KEY ("patientsUserId")
    REFERENCES public."Patient" ("userId") ON DELETE RESTRICT ON UPDATE CASCADE
);
CREATE UNIQUE INDEX "DoctorPatientRelation_doctorsUserId_patientsUserId_key"
  ON public."DoctorPatientRelation" ("doctorsUserId", "patientsUserId");

CREATE TABLE public."ChatMessages" (
  "id" TEXT NOT NULL,
  "doctorPatientRelationId" TEXT NOT NULL,
  "text" TEXT NOT NULL,
  "senderId" TEXT NOT NULL,
  "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "updatedAt" TIMESTAMP(3) NOT NULL,
  CONSTRAINT "ChatMessages_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "ChatMessages_doctorPatientRelationId_fkey" FOREIGN KEY ("doctorPatientRelationId")
    REFERENCES public."DoctorPatientRelation" ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT "ChatMessages_senderId_fkey" FOREIGN KEY ("senderId")
    REFERENCES public."User" ("id") ON DELETE RESTRICT ON UPDATE CASCADE
);
CREATE INDEX "ChatMessages_doctorPatientRelationId_createdAt_idx"
  ON public."ChatMessages" ("doctorPatientRelationId", "createdAt");

CREATE TABLE public."Notification" (
  "id" TEXT NOT NULL,
  "userId" TEXT NOT NULL,
  "message" TEXT NOT NULL,
  "actionHref" TEXT,
  "actionLabel" TEXT,
  "isRead" BOOLEAN NOT NULL DEFAULT false,
  "status" TEXT,
  "readAt" TIMESTAMP(3),
  "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "Notification_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "Notification_userId_fkey" FOREIGN KEY ("userId") REFERENCES public."User" ("id")
    ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE INDEX "Notification_userId_createdAt_idx" ON public."Notification" ("userId", "createdAt");
)sql";

}  // namespace quickclinic::store
