using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace UserDomain.IdentityStore.Migrations.PostgreSql
{
    /// <inheritdoc />
    public partial class SessionTimesOfRoles : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<int>(
                name: "session_idle_timeout",
                schema: "identity",
                table: "roles",
                type: "integer",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "session_lifetime",
                schema: "identity",
                table: "roles",
                type: "integer",
                nullable: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "session_idle_timeout",
                schema: "identity",
                table: "roles");

            migrationBuilder.DropColumn(
                name: "session_lifetime",
                schema: "identity",
                table: "roles");
        }
    }
}
